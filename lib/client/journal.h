/*
 * journal.h - a trace that many processes write into, as lines of JSON.
 */
#ifndef CW_JOURNAL_H
#define CW_JOURNAL_H

#include <stdbool.h>

#include <curlew/trace.h>

struct cw_journal {
  char *path; /* NULL: stderr */
};

/* |where| is a path, or "stderr". False if nothing can be appended there, with
   the cause in errno. */
bool cw_journal_open(struct cw_journal *journal, const char *where);

/* A curlew_trace_fn: appends |event| as one whole line; |user| is the journal.
   What cannot be written is lost: no transfer fails for it. */
void cw_journal_write(const struct curlew_event *event, void *user);

#endif
