/*
 * watch.h - the progress callback: how an attempt is ended from outside.
 */
#ifndef CW_WATCH_H
#define CW_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

struct cw_handle;
struct cw_step;

/* libcurl's progress callback; |user| is the handle. */
int cw_watch_progress(void *user, curl_off_t download_total,
                      curl_off_t download, curl_off_t upload_total,
                      curl_off_t upload);

/*
 * One look during the wait for |step|, at which the application's progress
 * callback is called. Returns CURLE_OK with |*wake_ms|, the instant of the next
 * look, 0 where the wait is over; or CURLE_ABORTED_BY_CALLBACK if that callback
 * or curlew_easy_cancel() ended it. Where the clock went back, so that more is
 * left than there was to wait, the wait begins anew.
 */
CURLcode cw_watch_look(struct cw_handle *handle, struct cw_step *step,
                       uint64_t *wake_ms);

/*
 * Waits for |step|, calling the application's progress callback at once and
 * then every 100 ms. Returns CURLE_OK, or CURLE_ABORTED_BY_CALLBACK if that
 * callback or curlew_easy_cancel() ended it.
 */
CURLcode cw_watch_wait(struct cw_handle *handle, struct cw_step *step);

#endif
