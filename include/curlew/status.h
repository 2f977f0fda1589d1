/*
 * status.h - the catalogue of HTTP status codes.
 */
#ifndef CURLEW_STATUS_H
#define CURLEW_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/** Who gave a status code its meaning. @since 0.1 */
enum curlew_status_origin {
  CURLEW_STATUS_IANA,     /**< registered, see curlew_status_info.reference */
  CURLEW_STATUS_HISTORIC, /**< registered, but unused or obsolete */
  CURLEW_STATUS_IIS,      /**< Microsoft's servers */
  CURLEW_STATUS_NGINX,    /**< nginx */
  CURLEW_STATUS_CLOUDFLARE, /**< Cloudflare */
  CURLEW_STATUS_OTHER,      /**< another server or library */
  CURLEW_STATUS_UNKNOWN /**< not in the catalogue: the class alone speaks */
};

/** What is known about a status code. @since 0.1 */
struct curlew_status_info {
  unsigned code;     /**< the code that was asked for */
  const char *name;  /**< "Service Unavailable"; for an unknown code that of
                             its class; never NULL */
  const char *klass; /**< "Server Error"; never NULL */
  enum curlew_status_origin origin;
  const char *reference; /**< "RFC 9110, 15.6.4"; "" if there is none */
};

#ifdef __cplusplus
}
#endif

#endif /* CURLEW_STATUS_H */
