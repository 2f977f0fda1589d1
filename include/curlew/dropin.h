/*
 * dropin.h - curlew for a program that is rebuilt, and not changed.
 *
 * Include this in every source file that includes <curl/curl.h>, after it, or
 * have the compiler do so (-include curlew/dropin.h), and link with curlew:
 * libcurl's names then mean curlew's functions, under the policy that the
 * environment names. Works in C and C++, with shared and static libraries.
 *
 * The environment is that of the preloaded drop-in: CURLEW_POLICY, CURLEW_SET
 * and CURLEW_TRACE; without it the policy is the built-in "dropin".
 *
 * A handle that one file of a program makes through these names must not be
 * used by another through libcurl's own.
 */
#ifndef CURLEW_DROPIN_H
#define CURLEW_DROPIN_H

#include <curl/curl.h>

#include <curlew/easy.h>
#include <curlew/multi.h>
#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * As curl_easy_init(), for a handle of curlew's with the policy and the trace
 * that the environment names, to which curlew_easy_reset() goes back.
 *
 * The environment is read once in a process. What is wrong with it is told on
 * stderr, in one line; where it is the policy, each transfer fails with
 * CURLE_FAILED_INIT. A program that has more rights than its user (set-uid)
 * does not look at it.
 *
 * Such handles see to it that the program's own retries and those of the
 * policy do not multiply: where the thread or the handle asks once more for
 * what was repeated and given up just before, it gets one attempt.
 *
 * @returns a handle, or NULL if there is no memory.
 *
 * Thread safety: may be called from any thread at any time.
 * @since 0.1
 */
CURLEW_API CURL *curlew_dropin_init(void);

#ifdef __cplusplus
}
#endif

/* libcurl has macros of some of these names, to check types. */
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

#define curl_easy_cleanup         curlew_easy_cleanup
#define curl_easy_duphandle       curlew_easy_duphandle
#define curl_easy_getinfo         curlew_easy_getinfo
#define curl_easy_header          curlew_easy_header
#define curl_easy_init            curlew_dropin_init
#define curl_easy_nextheader      curlew_easy_nextheader
#define curl_easy_perform         curlew_easy_perform
#define curl_easy_reset           curlew_easy_reset
#define curl_easy_setopt          curlew_easy_setopt
#define curl_multi_add_handle     curlew_multi_add_handle
#define curl_multi_cleanup        curlew_multi_cleanup
#define curl_multi_get_handles    curlew_multi_get_handles
#define curl_multi_get_offt       curlew_multi_get_offt
#define curl_multi_info_read      curlew_multi_info_read
#define curl_multi_init           curlew_multi_init
#define curl_multi_notify_disable curlew_multi_notify_disable
#define curl_multi_notify_enable  curlew_multi_notify_enable
#define curl_multi_perform        curlew_multi_perform
#define curl_multi_poll           curlew_multi_poll
#define curl_multi_remove_handle  curlew_multi_remove_handle
#define curl_multi_setopt         curlew_multi_setopt
#define curl_multi_socket_action  curlew_multi_socket_action
#define curl_multi_socket_all     curlew_multi_socket_all
#define curl_multi_timeout        curlew_multi_timeout
#define curl_multi_wait           curlew_multi_wait

#endif /* CURLEW_DROPIN_H */
