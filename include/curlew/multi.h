/*
 * multi.h - handles of curlew's in libcurl's multi interface.
 *
 * In this version a transfer in a multi handle is libcurl's own affair: it is
 * neither repeated nor redirected by a policy. What has to go through curlew is
 * that a handle is added, so that it goes there as the application set it.
 */
#ifndef CURLEW_MULTI_H
#define CURLEW_MULTI_H

#include <curl/curl.h>

#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * As curl_multi_add_handle(). Any easy handle may be added; one that is
 * curlew's must be added by this function. Once it is removed, it may be
 * performed by curlew_easy_perform() again.
 *
 * @returns as curl_multi_add_handle(), and CURLM_OUT_OF_MEMORY where there is
 *          no memory to put an option back.
 * @since 0.1
 */
CURLEW_API CURLMcode curlew_multi_add_handle(CURLM *multi, CURL *curl);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_MULTI_H */
