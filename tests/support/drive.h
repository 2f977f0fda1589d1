/*
 * drive.h - one operation by each of the drivers, so that scenarios are played
 * through all of them: SCENE_DRIVER in the environment is "easy" (or not set),
 * "poll" for a multi handle and curl_multi_poll(), or "events" for one and a
 * timer that CURLMOPT_TIMERFUNCTION sets.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include <stdbool.h>

#include <curl/curl.h>

enum drive_way { DRIVE_EASY, DRIVE_POLL, DRIVE_EVENTS };

/* Is it in a multi handle that operations are driven? */
bool drive_is_multi(void);

/* curlew_easy_perform(), or what an application does in its place. The handle
   is one of the script. */
CURLcode drive(CURL *curl);

/* The same, whatever the environment says. */
CURLcode drive_by(enum drive_way way, CURL *curl);

#endif
