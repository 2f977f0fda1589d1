#include "reason.h"

const char *cw_reason_token(enum curlew_reason reason)
{
  switch(reason) {
#define CW_TOKEN(name, token, text)                                           \
  case CURLEW_REASON_##name:                                                  \
    return token;
    CURLEW_REASONS(CW_TOKEN)
#undef CW_TOKEN
  }
  return "unknown";
}

const char *cw_reason_text(enum curlew_reason reason)
{
  switch(reason) {
#define CW_TEXT(name, token, text)                                            \
  case CURLEW_REASON_##name:                                                  \
    return text;
    CURLEW_REASONS(CW_TEXT)
#undef CW_TEXT
  }
  return "a reason that is not known";
}
