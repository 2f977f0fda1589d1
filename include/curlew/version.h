/* version.h - which curlew this is, and how its functions are declared. */
#ifndef CURLEW_VERSION_H
#define CURLEW_VERSION_H

#define CURLEW_VERSION     "0.1.0"
#define CURLEW_VERSION_NUM 0x000100

#if defined(__GNUC__)
#define CURLEW_API __attribute__((visibility("default")))
#else
#define CURLEW_API
#endif

#endif /* CURLEW_VERSION_H */
