/* builtin.h - the files of policy/, as they were when this was built. */
#ifndef CW_BUILTIN_H
#define CW_BUILTIN_H

#include "span.h"

/* The text of the built-in policy |name|; none (text is NULL) if there is no
   such policy. */
struct cw_span cw_builtin_text(const char *name);

/* The names of all of them: "curl, default, ...". */
const char *cw_builtin_names(void);

#endif
