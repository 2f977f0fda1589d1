/* Unit tests of lib/core/status.c. */

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "status.h"

static void every_code_registered_by_iana_is_known(void **state)
{
  (void)state;
  static const struct {
    unsigned first;
    unsigned last;
  } ranges[] = {
    {100, 104}, {200, 208}, {226, 226}, {300, 304}, {307, 308}, {400, 417},
    {421, 426}, {428, 429}, {431, 431}, {451, 451}, {500, 508}, {511, 511},
  };

  for(size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
    for(unsigned code = ranges[i].first; code <= ranges[i].last; code++) {
      const struct curlew_status_info info = cw_status_info(code);
      assert_int_equal(info.code, code);
      assert_int_equal(info.origin, CURLEW_STATUS_IANA);
      assert_string_not_equal(info.reference, "");
    }
  }
}

static void nothing_else_claims_to_be_registered(void **state)
{
  (void)state;
  unsigned registered = 0;
  unsigned historic = 0;

  for(unsigned code = 0; code <= 1100; code++) {
    const enum curlew_status_origin origin = cw_status_info(code).origin;
    registered += origin == CURLEW_STATUS_IANA;
    historic += origin == CURLEW_STATUS_HISTORIC;
  }
  assert_int_equal(registered, 5 + 10 + 7 + 28 + 10);
  assert_int_equal(historic, 4);
}

static void a_code_has_name_class_origin_and_reference(void **state)
{
  (void)state;
  static const struct curlew_status_info rows[] = {
    {104, "Upload Resumption Supported", "Informational", CURLEW_STATUS_IANA,
     "draft-ietf-httpbis-resumable-upload"},
    {200, "OK", "Success", CURLEW_STATUS_IANA, "RFC 9110, 15.3.1"},
    {305, "Use Proxy", "Redirection", CURLEW_STATUS_HISTORIC,
     "RFC 9110, 15.4.6"},
    {306, "(Unused)", "Redirection", CURLEW_STATUS_HISTORIC,
     "RFC 9110, 15.4.7"},
    {308, "Permanent Redirect", "Redirection", CURLEW_STATUS_IANA,
     "RFC 9110, 15.4.9"},
    {413, "Content Too Large", "Client Error", CURLEW_STATUS_IANA,
     "RFC 9110, 15.5.14"},
    {418, "I'm a teapot", "Client Error", CURLEW_STATUS_HISTORIC,
     "RFC 9110, 15.5.19"},
    {425, "Too Early", "Client Error", CURLEW_STATUS_IANA, "RFC 8470, 5.2"},
    {429, "Too Many Requests", "Client Error", CURLEW_STATUS_IANA,
     "RFC 6585, 4"},
    {440, "Login Time-out", "Client Error", CURLEW_STATUS_IIS, ""},
    {451, "Unavailable For Legal Reasons", "Client Error", CURLEW_STATUS_IANA,
     "RFC 7725, 3"},
    {499, "Client Closed Request", "Client Error", CURLEW_STATUS_NGINX, ""},
    {503, "Service Unavailable", "Server Error", CURLEW_STATUS_IANA,
     "RFC 9110, 15.6.4"},
    {510, "Not Extended", "Server Error", CURLEW_STATUS_HISTORIC,
     "RFC 2774, 7"},
    {522, "Connection Timed Out", "Server Error", CURLEW_STATUS_CLOUDFLARE,
     ""},
    {599, "Network Connect Timeout Error", "Server Error", CURLEW_STATUS_OTHER,
     ""},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct curlew_status_info info = cw_status_info(rows[i].code);
    assert_int_equal(info.code, rows[i].code);
    assert_string_equal(info.name, rows[i].name);
    assert_string_equal(info.klass, rows[i].klass);
    assert_int_equal(info.origin, rows[i].origin);
    assert_string_equal(info.reference, rows[i].reference);
  }
}

static void unofficial_codes_tell_whose_they_are(void **state)
{
  (void)state;
  static const struct {
    unsigned code;
    enum curlew_status_origin origin;
  } rows[] = {
    {419, CURLEW_STATUS_OTHER},      {420, CURLEW_STATUS_OTHER},
    {430, CURLEW_STATUS_OTHER},      {440, CURLEW_STATUS_IIS},
    {444, CURLEW_STATUS_NGINX},      {449, CURLEW_STATUS_IIS},
    {460, CURLEW_STATUS_OTHER},      {463, CURLEW_STATUS_OTHER},
    {494, CURLEW_STATUS_NGINX},      {495, CURLEW_STATUS_NGINX},
    {496, CURLEW_STATUS_NGINX},      {497, CURLEW_STATUS_NGINX},
    {498, CURLEW_STATUS_OTHER},      {509, CURLEW_STATUS_OTHER},
    {520, CURLEW_STATUS_CLOUDFLARE}, {521, CURLEW_STATUS_CLOUDFLARE},
    {523, CURLEW_STATUS_CLOUDFLARE}, {524, CURLEW_STATUS_CLOUDFLARE},
    {525, CURLEW_STATUS_CLOUDFLARE}, {526, CURLEW_STATUS_CLOUDFLARE},
    {527, CURLEW_STATUS_CLOUDFLARE}, {529, CURLEW_STATUS_OTHER},
    {530, CURLEW_STATUS_CLOUDFLARE}, {561, CURLEW_STATUS_OTHER},
    {598, CURLEW_STATUS_OTHER},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct curlew_status_info info = cw_status_info(rows[i].code);
    assert_int_equal(info.origin, rows[i].origin);
    assert_null(strstr(info.name, "unknown)"));
  }
}

static void an_unknown_code_is_answered_by_its_class(void **state)
{
  (void)state;
  static const struct {
    unsigned code;
    const char *name;
    const char *klass;
  } rows[] = {
    {0, "Unknown", "Unknown"},
    {99, "Unknown", "Unknown"},
    {199, "Informational (unknown)", "Informational"},
    {299, "Success (unknown)", "Success"},
    {399, "Redirection (unknown)", "Redirection"},
    {427, "Client Error (unknown)", "Client Error"},
    {555, "Server Error (unknown)", "Server Error"},
    {600, "Unassigned", "Unassigned"},
    {999, "Unassigned", "Unassigned"},
    {1000, "Unknown", "Unknown"},
    {7000, "Unknown", "Unknown"},
    {UINT_MAX, "Unknown", "Unknown"},
  };

  for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const struct curlew_status_info info = cw_status_info(rows[i].code);
    assert_int_equal(info.code, rows[i].code);
    assert_string_equal(info.name, rows[i].name);
    assert_string_equal(info.klass, rows[i].klass);
    assert_int_equal(info.origin, CURLEW_STATUS_UNKNOWN);
    assert_string_equal(info.reference, "");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_code_registered_by_iana_is_known),
    cmocka_unit_test(nothing_else_claims_to_be_registered),
    cmocka_unit_test(a_code_has_name_class_origin_and_reference),
    cmocka_unit_test(unofficial_codes_tell_whose_they_are),
    cmocka_unit_test(an_unknown_code_is_answered_by_its_class),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
