/*
 * upload FILE URL - put a file there.
 *
 * To send a body again, or to take it along on a redirect, it must be rewound.
 * A stream for which there is no CURLOPT_SEEKFUNCTION is sent once. (For a
 * file alone CURLOPT_READDATA without functions would do: libcurl's own way of
 * reading a FILE * is known to be rewindable.)
 */
#include <stdio.h>

#include <curlew/curlew.h>

static size_t read_file(char *buffer, size_t size, size_t count, void *user)
{
  FILE *file = user;
  const size_t got = fread(buffer, size, count, file);

  return ferror(file) ? CURL_READFUNC_ABORT : got;
}

static int seek_file(void *user, curl_off_t offset, int origin)
{
  return fseeko(user, (off_t)offset, origin) ? CURL_SEEKFUNC_FAIL
                                             : CURL_SEEKFUNC_OK;
}

static CURLcode upload(CURL *curl, FILE *file, const char *url)
{
  if(fseeko(file, 0, SEEK_END))
    return CURLE_READ_ERROR;
  const curl_off_t size = ftello(file);
  rewind(file);

  CURLcode result = curlew_easy_setopt(curl, CURLOPT_URL, url);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, size);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_READFUNCTION, read_file);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_READDATA, file);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_SEEKFUNCTION, seek_file);
  if(!result)
    result = curlew_easy_setopt(curl, CURLOPT_SEEKDATA, file);
  return result ? result : curlew_easy_perform(curl);
}

int main(int argc, char **argv)
{
  CURLcode result = CURLE_FAILED_INIT;
  long status = 0;

  if(argc != 3) {
    fprintf(stderr, "usage: upload FILE URL\n");
    return 2;
  }
  FILE *file = fopen(argv[1], "rb");
  if(!file) {
    perror(argv[1]);
    return 1;
  }
  if(!curl_global_init(CURL_GLOBAL_DEFAULT)) {
    CURL *curl = curlew_easy_init();
    if(curl) {
      result = upload(curl, file, argv[2]);
      curlew_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    curlew_easy_cleanup(curl);
    curl_global_cleanup();
  }
  fclose(file);
  if(result)
    fprintf(stderr, "%s\n", curl_easy_strerror(result));
  else
    printf("%ld %s\n", status, curlew_status_info((unsigned)status).name);
  return !result && status / 100 == 2 ? 0 : 1;
}
