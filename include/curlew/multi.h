/*
 * multi.h - the multi interface: libcurl's names and meanings on plain CURLM *
 * handles, with the policy at work and without a thread.
 *
 * A multi handle is curlew's when curlew_multi_init() made it; it must then be
 * used through curlew's functions alone (curl_multi_strerror() and what is not
 * listed here are libcurl's own). Any easy handle may be added to it. One that
 * is curlew's has its policy there as in curlew_easy_perform(): what is
 * retried, redirected or waited for is seen only as time that passes. Any
 * other is libcurl's own affair.
 *
 * - A transfer is running, and counted by |running_handles|, from when it is
 *   added until the message CURLMSG_DONE, which comes once and tells the result
 *   of the whole operation, in the order in which operations end.
 *   curlew_easy_outcome() tells how it went from then on, until the handle is
 *   added or performed again.
 * - A transfer that waits has no socket: libcurl's own multi handle does not
 *   have it meanwhile, and what it had of one is over (CURL_POLL_REMOVE) before
 *   its next attempt. It keeps its place in what the application counts. What
 *   the application sleeps on knows when it is to go on: the timeouts of
 *   curlew_multi_wait(), _poll() and _timeout() and of CURLMOPT_TIMERFUNCTION.
 *   Its progress callback is called every 100 ms, and may end it.
 * - An operation begins with the first curlew_multi_perform() or
 *   curlew_multi_socket_action() after the handle was added, and until then
 *   the application is told to come back at once, as by libcurl. Its options
 *   are those of then. Trace and credentials callbacks are called within these
 *   two, an end that is brought about by removing or cleaning up within that.
 * - No function blocks but curlew_multi_wait() and curlew_multi_poll().
 * - As with libcurl, a multi handle belongs to one thread at a time, and from
 *   within a callback nothing may be added, removed, driven, slept on, set or
 *   cleaned up: CURLM_RECURSIVE_API_CALL.
 *   curlew_multi_wakeup(), and curlew_easy_cancel() on a handle in it, may be
 *   called from any thread at any time.
 * - A multi handle that is not curlew's is passed on to libcurl, and so is what
 *   is added to it: there no policy is at work. NULL is one: CURLM_BAD_HANDLE.
 */
#ifndef CURLEW_MULTI_H
#define CURLEW_MULTI_H

#include <curl/curl.h>

#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** As curl_multi_init(). NULL if there is no memory. @since 0.1 */
CURLEW_API CURLM *curlew_multi_init(void);

/** As curl_multi_cleanup(). Transfers that are still in it are over without a
    message; their easy handles stay good. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_cleanup(CURLM *multi);

/**
 * As curl_multi_add_handle(). curlew_easy_cancel() counts from here on. Where
 * the handle's policy could not be read, the transfer ends at once with
 * CURLE_FAILED_INIT.
 *
 * @returns as curl_multi_add_handle(): CURLM_ADDED_ALREADY where a multi handle
 *          has it, while it waits too; CURLM_OUT_OF_MEMORY.
 * @since 0.1
 */
CURLEW_API CURLMcode curlew_multi_add_handle(CURLM *multi, CURL *curl);

/** As curl_multi_remove_handle(), also while the transfer waits. One that was
    not over is abandoned: its outcome is CURLEW_REASON_CANCELLED. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_remove_handle(CURLM *multi, CURL *curl);

/** As curl_multi_perform(). Waits that are over are ended. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_perform(CURLM *multi, int *running_handles);

/** As curl_multi_wait(), for at most |timeout_ms| and no longer than until the
    next wait is over. While transfers wait, it does so without a socket too,
    and curlew_multi_wakeup() ends it. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_wait(CURLM *multi,
                                       struct curl_waitfd extra_fds[],
                                       unsigned int extra_nfds, int timeout_ms,
                                       int *numfds);

/** As curl_multi_poll(), for at most |timeout_ms| and no longer than until the
    next wait is over. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_poll(CURLM *multi,
                                       struct curl_waitfd extra_fds[],
                                       unsigned int extra_nfds, int timeout_ms,
                                       int *numfds);

/** As curl_multi_wakeup(). @since 0.1 */
CURLEW_API CURLMcode curlew_multi_wakeup(CURLM *multi);

/** As curl_multi_fdset(). Transfers that wait have nothing to add to it:
    curlew_multi_timeout() tells how long select() may take. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_fdset(CURLM *multi, fd_set *read_fds,
                                        fd_set *write_fds, fd_set *except_fds,
                                        int *max_fd);

/** As curl_multi_timeout(); knows of waits. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_timeout(CURLM *multi, long *timeout_ms);

/** As curl_multi_socket_action(). Waits that are over are ended, whatever it
    is called for. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_socket_action(CURLM *multi,
                                                curl_socket_t socket,
                                                int ev_bitmask,
                                                int *running_handles);

/** As curl_multi_socket_all(), which libcurl advises against. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_socket_all(CURLM *multi,
                                             int *running_handles);

/** As curl_multi_assign(). @since 0.1 */
CURLEW_API CURLMcode curlew_multi_assign(CURLM *multi, curl_socket_t socket,
                                         void *data);

/**
 * As curl_multi_setopt(): every option, with libcurl's own results. Handles
 * that a server pushes (CURLMOPT_PUSHFUNCTION) are not curlew's. After a
 * CURL_SOCKET_TIMEOUT the function of CURLMOPT_TIMERFUNCTION is told anew when
 * to come back, also where that is the same instant as before.
 * @since 0.1
 */
CURLEW_API CURLMcode curlew_multi_setopt(CURLM *multi, CURLMoption option,
                                         ...);

/** As curl_multi_info_read(). What it returns is good until the easy handle is
    removed, added again or cleaned up. @since 0.1 */
CURLEW_API CURLMsg *curlew_multi_info_read(CURLM *multi, int *msgs_in_queue);

/** As curl_multi_get_handles(), which libcurl has since 8.4: an array that
    curl_free() releases. NULL where libcurl does not have it. @since 0.1 */
CURLEW_API CURL **curlew_multi_get_handles(CURLM *multi);

/** As curl_multi_get_offt(), which libcurl has since 8.16; |info| is one of its
    CURLMinfo_offt. Transfers that wait are current and running. Where libcurl
    does not have it: CURLM_UNKNOWN_OPTION. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_get_offt(CURLM *multi, int info,
                                           curl_off_t *value);

/** As curl_multi_notify_enable() and _disable(), which libcurl has since 8.17.
    What is told of is operations, not attempts. Where libcurl does not have
    it: CURLM_UNKNOWN_OPTION. @since 0.1 */
CURLEW_API CURLMcode curlew_multi_notify_enable(CURLM *multi,
                                                unsigned int notification);
CURLEW_API CURLMcode curlew_multi_notify_disable(CURLM *multi,
                                                 unsigned int notification);

/** As curl_multi_strerror(). @since 0.1 */
CURLEW_API const char *curlew_multi_strerror(CURLMcode code);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_MULTI_H */
