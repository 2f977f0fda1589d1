/* catalogue.c - what statuses and reasons are, for the application. */

#include <curlew/easy.h>

#include "reason.h"
#include "status.h"

struct curlew_status_info curlew_status_info(unsigned code)
{
  return cw_status_info(code);
}

const char *curlew_reason_name(enum curlew_reason reason)
{
  return cw_reason_token(reason);
}

const char *curlew_reason_text(enum curlew_reason reason)
{
  return cw_reason_text(reason);
}
