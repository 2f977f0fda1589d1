/*
 * entries.c - the symbols of libcurl that the drop-in exports.
 *
 * Each function is there once for each node, so that the node under which a
 * program was linked names the libcurl that it means; and once more under a
 * node of our own, which is what a program that wants no version, or that is
 * linked to the drop-in itself, gets.
 */

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdarg.h>

#include "notes.h"
#include "play.h"
#include "play_multi.h"

#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

/* They are called by no C of ours, and declared by curl.h under other names. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC visibility push(default)

#define JOIN2(a, b) a##_of_##b
#define JOIN(a, b)  JOIN2(a, b)
#define TEXT2(text) #text
#define TEXT(text)  TEXT2(text)

/* Linux passes an integer or a pointer that is a register wide in the same
   place whether or not it is one of a variable list, on all of its 64-bit
   machines. So what is passed on need not be unpacked: programs set a hundred
   options for a transfer. */
#if defined(__linux__) && defined(__LP64__)
#define CW_ONE_ARGUMENT
_Static_assert(CW_ARGUMENTS_ALIKE, "an argument is not what fits a register");
#endif

/* The function in C, and the symbol that it is. Where the compiler cannot bind
   them the assembler does, but that knows nothing of link-time optimisation. */
#define CW_NAME(name)   JOIN(name, CW_VERSION)
#define CW_SYMBOL(name) #name CW_AT TEXT(CW_VERSION)
#if __has_attribute(symver)
#define CW_ENTRY(name) __attribute__((symver(CW_SYMBOL(name))))
#else
#define CW_ENTRY(name)                                                        \
  __asm__(".symver " TEXT(CW_NAME(name)) "," CW_SYMBOL(name));
#endif

#define CW_AT      "@@"
#define CW_VERSION CURLEW_DROPIN
#define CW_NODE    CW_NODE_NONE
#include "entries.inc"
#undef CW_AT
#define CW_AT "@"

#define CW_VERSION CURL_4
#define CW_NODE    CW_NODE_CURL_4
#include "entries.inc"

#define CW_VERSION CURL_BEARSSL_4
#define CW_NODE    CW_NODE_CURL_BEARSSL_4
#include "entries.inc"

#define CW_VERSION CURL_GNUTLS_3
#define CW_NODE    CW_NODE_CURL_GNUTLS_3
#include "entries.inc"

#define CW_VERSION CURL_GNUTLS_4
#define CW_NODE    CW_NODE_CURL_GNUTLS_4
#include "entries.inc"

#define CW_VERSION CURL_MBEDTLS_4
#define CW_NODE    CW_NODE_CURL_MBEDTLS_4
#include "entries.inc"

#define CW_VERSION CURL_MULTISSL_4
#define CW_NODE    CW_NODE_CURL_MULTISSL_4
#include "entries.inc"

#define CW_VERSION CURL_NSS_3
#define CW_NODE    CW_NODE_CURL_NSS_3
#include "entries.inc"

#define CW_VERSION CURL_NSS_4
#define CW_NODE    CW_NODE_CURL_NSS_4
#include "entries.inc"

#define CW_VERSION CURL_OPENSSL_4
#define CW_NODE    CW_NODE_CURL_OPENSSL_4
#include "entries.inc"

#define CW_VERSION CURL_RUSTLS_4
#define CW_NODE    CW_NODE_CURL_RUSTLS_4
#include "entries.inc"

#define CW_VERSION CURL_WOLFSSL_4
#define CW_NODE    CW_NODE_CURL_WOLFSSL_4
#include "entries.inc"
