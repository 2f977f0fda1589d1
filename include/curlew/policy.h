/*
 * policy.h - the table that says what is done about a response or an error.
 *
 * A policy never changes once it is made; it may be used by any number of
 * handles and threads. Whoever gets one from a function here owns a reference
 * and gives it back with curlew_policy_unref().
 */
#ifndef CURLEW_POLICY_H
#define CURLEW_POLICY_H

#include <stddef.h>

#include <curl/curl.h>

#include <curlew/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A compiled policy; opaque. @since 0.1 */
struct curlew_policy;

/**
 * What is wrong with a policy. All texts are 0-terminated; what does not fit
 * is cut. @since 0.1
 */
struct curlew_policy_error {
  char file[256];    /**< the path or name as given, or of what it extends */
  unsigned line;     /**< counted from 1; 0 if no line is to blame */
  char found[128];   /**< what stands there */
  char allowed[512]; /**< what may stand there; "" if there is no list */
  char text[1024]; /**< all of it as one line: "my.ini:3: …", no line end */
};

/**
 * Get the built-in policy |name|: "default", "dropin", "integration",
 * "patient", "curl" or "none".
 *
 * @returns a reference, or NULL if there is no such policy or no memory.
 *
 * Thread safety: may be called from any thread at any time.
 * @since 0.1
 */
CURLEW_API struct curlew_policy *curlew_policy_builtin(const char *name);

/**
 * Read a policy from the file |path|.
 *
 * Blocks as reading files does. `extends` in it names a built-in policy, or,
 * if it has a slash or ends in ".ini", a file relative to this one.
 *
 * @param policy  Where to put the reference; written on success only.
 * @param error   Where to put what is wrong; may be NULL; written on failure
 *                only.
 *
 * @returns CURLE_OK, or
 *          - CURLE_FILE_COULDNT_READ_FILE: a file cannot be read.
 *          - CURLE_BAD_FUNCTION_ARGUMENT: the text is not a policy, or an
 *            argument is NULL.
 *          - CURLE_OUT_OF_MEMORY.
 *
 * Thread safety: may be called from any thread at any time.
 * @since 0.1
 */
CURLEW_API CURLcode curlew_policy_load(const char *path,
                                       struct curlew_policy **policy,
                                       struct curlew_policy_error *error);

/**
 * Read a policy from |length| bytes of |text|; |name| stands for the file in
 * errors, and relative `extends` are taken from the current directory.
 *
 * Everything else as curlew_policy_load().
 * @since 0.1
 */
CURLEW_API CURLcode curlew_policy_parse(const char *text, size_t length,
                                        const char *name,
                                        struct curlew_policy **policy,
                                        struct curlew_policy_error *error);

/**
 * Make a policy that is |base| with |settings| over it:
 * "limits.attempts=6; status.404=retry". Settings are separated by semicolons
 * and split at the first dot; they hold for all hosts.
 *
 * |base| stays as it is and is borrowed for the call. The result goes to
 * |policy|, which may be &base's variable only if that reference is kept
 * elsewhere. In errors the file is "CURLEW_SET" and the line counts settings.
 *
 * @returns as curlew_policy_parse().
 * @since 0.1
 */
CURLEW_API CURLcode curlew_policy_set(const struct curlew_policy *base,
                                      const char *settings,
                                      struct curlew_policy **policy,
                                      struct curlew_policy_error *error);

/** Take another reference. Returns |policy|; NULL is allowed. @since 0.1 */
CURLEW_API struct curlew_policy *curlew_policy_ref(
  struct curlew_policy *policy);

/** Give a reference back; NULL is allowed. Handles that use the policy hold
    references of their own. @since 0.1 */
CURLEW_API void curlew_policy_unref(struct curlew_policy *policy);

/**
 * Write |policy| as canonical text that curlew_policy_parse() reads to an equal
 * policy. Nothing is inherited in it: every rule is there.
 *
 * @param text  Where to put the text, to be freed with free(); written on
 *              success only.
 * @returns CURLE_OK, CURLE_OUT_OF_MEMORY, or CURLE_BAD_FUNCTION_ARGUMENT where
 *          an argument is NULL.
 * @since 0.1
 */
CURLEW_API CURLcode curlew_policy_dump(const struct curlew_policy *policy,
                                       char **text);

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_POLICY_H */
