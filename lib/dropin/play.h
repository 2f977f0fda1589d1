/*
 * play.h - libcurl's part, played for those who know nothing of curlew.
 *
 * Each function does what libcurl's of that name does for |caller|: by curlew
 * on the handles that the program made, and by libcurl itself on all others and
 * where it is libcurl that calls.
 */
#ifndef CW_PLAY_H
#define CW_PLAY_H

#include <curl/curl.h>

#include "flavour.h"
#include "notes.h"

CURL *cw_play_init(const struct cw_caller *caller);
CURL *cw_play_duphandle(const struct cw_caller *caller, CURL *curl);
void cw_play_reset(const struct cw_caller *caller, CURL *curl);
void cw_play_cleanup(const struct cw_caller *caller, CURL *curl);
CURLcode cw_play_perform(const struct cw_caller *caller, CURL *curl);
CURLcode cw_play_setopt(const struct cw_caller *caller, CURL *curl,
                        CURLoption option, union cw_argument value);
CURLcode cw_play_getinfo(const struct cw_caller *caller, CURL *curl,
                         CURLINFO info, void *result);
CURLHcode cw_play_header(const struct cw_caller *caller, CURL *curl,
                         const char *name, size_t index, unsigned origin,
                         int request, struct curl_header **header);
struct curl_header *cw_play_nextheader(const struct cw_caller *caller,
                                       CURL *curl, unsigned origin,
                                       int request,
                                       struct curl_header *previous);
CURLMcode cw_play_multi_add(const struct cw_caller *caller, CURLM *multi,
                            CURL *curl);

#endif
