/*
 * usual.h - the operation that everybody has nearly always: one attempt, and a
 * response that the policy passes.
 *
 * Where nothing about a handle has changed since an operation that needed no
 * dressing, the next one begins asleep: neither the engine nor the clock is
 * asked. The gate wakes it when a head comes that matters, and the driver when
 * the attempt fails. Asleep or awake, the decisions are the same.
 */
#ifndef CW_USUAL_H
#define CW_USUAL_H

#include <stdbool.h>

#include <curl/curl.h>

struct cw_handle;

/* Begins an operation asleep, if that may be. */
bool cw_usual_begin(struct cw_handle *handle);

/* Notes, before an operation's first attempt, whether later ones may begin
   asleep. */
void cw_usual_judge(struct cw_handle *handle);

/* Ends an operation that slept all the time; false if it is awake or has to
   wake up for what happened. */
bool cw_usual_end(struct cw_handle *handle, CURLcode result);

/* Wakes the operation, if it sleeps. */
void cw_usual_wake(struct cw_handle *handle);

#endif
