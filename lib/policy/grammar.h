/*
 * grammar.h - one `section.key = value`.
 *
 * The only parser of what a policy says, for files, for CURLEW_SET and for
 * curlew_policy_set(). What it takes:
 *
 *   limits, backoff, redirect, methods: the keys of setting.c, with values as
 *     in value.h, or names with blanks between
 *   status: 503, 500 502, 520-527, 4xx; with values as in rule_text.h
 *   error: resolve, send receive, ...; likewise
 *
 * Nothing may be set twice in one patch. Names of methods and fields are
 * tokens; a field that belongs to one origin or connection is never taken
 * for redirect.headers.
 *
 * A policy that extends nothing starts from what policy/none.ini says.
 */
#ifndef CW_GRAMMAR_H
#define CW_GRAMMAR_H

#include "patch.h"

#define CW_GRAMMAR_NAMES_MAX 128 /* names in a list */
#define CW_GRAMMAR_NAME_MAX  64  /* bytes of a name */

#define CW_GRAMMAR_SECTIONS "limits, backoff, redirect, methods, status, error"

bool cw_grammar_has_section(const char *section);

/* Sets |key| of |section| in |patch|. After a mistake or without memory,
   |patch| is good only for cw_patch_clear(). */
CURLcode cw_grammar_set(struct cw_patch *patch, const char *section,
                        const char *key, const char *value,
                        const struct cw_spot *spot);

/* Adds the names in |value| to a list that was set before. */
CURLcode cw_grammar_more(struct cw_patch *patch, const char *section,
                         const char *key, const char *value,
                         const struct cw_spot *spot);

#endif
