/*
 * curlew.h - HTTP clients that behave: redirects, retries and back-off by a
 * policy, on libcurl's own handles.
 *
 * This header includes all others. What holds for all of them:
 *
 * - Functions named as libcurl's (curlew_easy_* for curl_easy_*) take the same
 *   arguments and give the same results; libcurl's documentation holds for
 *   them wherever nothing else is said.
 * - Times are milliseconds, and say so in their names.
 * - Strings are 0-terminated; those that a function gives are valid as long as
 *   the object they came with.
 * - `new`, `load` and `parse` give a reference that the caller owns; `ref` and
 *   `unref` take and return references; everything else borrows.
 * - Out-parameters are written on success only.
 * - A callback is called in the thread that performs, and may not perform or
 *   clean up the handle that it is called for.
 */
#ifndef CURLEW_CURLEW_H
#define CURLEW_CURLEW_H

#include <curlew/easy.h>
#include <curlew/explain.h>
#include <curlew/multi.h>
#include <curlew/policy.h>
#include <curlew/reason.h>
#include <curlew/share.h>
#include <curlew/status.h>
#include <curlew/trace.h>
#include <curlew/version.h>

#endif /* CURLEW_CURLEW_H */
