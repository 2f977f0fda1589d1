/* source.h - request bodies for tests, by each way that libcurl has. */
#ifndef CW_TEST_SOURCE_H
#define CW_TEST_SOURCE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curlew/curlew.h>

struct source {
  const char *text;
  size_t length;
  size_t at;
  unsigned rewinds;
  bool cannot_rewind; /* though it says it might */
  curl_mime *mime;
  FILE *file;
};

/* How a body is given to |curl|; the request is a PUT or a POST. */
typedef void(source_fn)(CURL *curl, struct source *source);

static inline struct source source_of(const char *text)
{
  return (struct source){.text = text, .length = strlen(text)};
}

static inline void source_close(struct source *source)
{
  curl_mime_free(source->mime);
  if(source->file)
    fclose(source->file);
}

static inline size_t source_read(char *to, size_t size, size_t count,
                                 void *user)
{
  struct source *source = user;
  const size_t left = source->length - source->at;
  const size_t taken = left < size * count ? left : size * count;

  memcpy(to, source->text + source->at, taken);
  source->at += taken;
  return taken;
}

static inline int source_seek(void *user, curl_off_t offset, int origin)
{
  struct source *source = user;

  assert_int_equal(origin, SEEK_SET);
  if(source->cannot_rewind)
    return CURL_SEEKFUNC_FAIL;
  source->rewinds++;
  source->at = (size_t)offset;
  return CURL_SEEKFUNC_OK;
}

static inline curlioerr source_ioctl(CURL *curl, int command, void *user)
{
  (void)curl;
  if(command != CURLIOCMD_RESTARTREAD)
    return CURLIOE_UNKNOWNCMD;
  return source_seek(user, 0, SEEK_SET) ? CURLIOE_FAILRESTART : CURLIOE_OK;
}

/* ---- POST ---- */

static inline void post_fields(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, source->text);
}

static inline void post_sized_fields(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)source->length);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDS, source->text);
}

static inline void post_copied_fields(CURL *curl, struct source *source)
{
  char *copy = strdup(source->text);
  assert_non_null(copy);
  curlew_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, copy);
  memset(copy, 'x', strlen(copy));
  free(copy);
}

static inline void post_mime(CURL *curl, struct source *source)
{
  source->mime = curl_mime_init(curl);
  curl_mimepart *part = curl_mime_addpart(source->mime);
  curl_mime_name(part, "part");
  curl_mime_data(part, source->text, source->length);
  curlew_easy_setopt(curl, CURLOPT_MIMEPOST, source->mime);
}

static inline void read_from(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_READFUNCTION, source_read);
  curlew_easy_setopt(curl, CURLOPT_READDATA, source);
}

static inline void seek_in(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_SEEKFUNCTION, source_seek);
  curlew_easy_setopt(curl, CURLOPT_SEEKDATA, source);
}

static inline void post_stream(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_POST, 1L);
  curlew_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)source->length);
  read_from(curl, source);
}

static inline void post_chunks(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_POST, 1L);
  read_from(curl, source);
}

static inline void post_seekable(CURL *curl, struct source *source)
{
  post_stream(curl, source);
  seek_in(curl, source);
}

static inline void post_seekable_chunks(CURL *curl, struct source *source)
{
  post_chunks(curl, source);
  seek_in(curl, source);
}

static inline void post_restartable(CURL *curl, struct source *source)
{
  post_stream(curl, source);
  curlew_easy_setopt(curl, CURLOPT_IOCTLFUNCTION, source_ioctl);
  curlew_easy_setopt(curl, CURLOPT_IOCTLDATA, source);
}

/* ---- PUT ---- */

static inline void put_stream(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curlew_easy_setopt(curl, CURLOPT_INFILESIZE, (long)source->length);
  read_from(curl, source);
}

static inline void put_seekable(CURL *curl, struct source *source)
{
  put_stream(curl, source);
  seek_in(curl, source);
}

static inline void put_chunks(CURL *curl, struct source *source)
{
  curlew_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  read_from(curl, source);
}

static inline void put_seekable_chunks(CURL *curl, struct source *source)
{
  put_chunks(curl, source);
  seek_in(curl, source);
}

/* What stands before it in the file is not a part of the body. */
static inline void put_file_chunks(CURL *curl, struct source *source)
{
  source->file = tmpfile();
  assert_non_null(source->file);
  fputs("not this", source->file);
  const long start = ftell(source->file);
  fwrite(source->text, 1, source->length, source->file);
  fseek(source->file, start, SEEK_SET);
  curlew_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curlew_easy_setopt(curl, CURLOPT_READDATA, source->file);
}

static inline void put_file(CURL *curl, struct source *source)
{
  put_file_chunks(curl, source);
  curlew_easy_setopt(curl, CURLOPT_INFILESIZE, (long)source->length);
}

/* |source| must fit into a pipe. */
static inline void put_pipe(CURL *curl, struct source *source)
{
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], source->text, source->length),
                   (ssize_t)source->length);
  close(ends[1]);
  source->file = fdopen(ends[0], "r");
  assert_non_null(source->file);
  curlew_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curlew_easy_setopt(curl, CURLOPT_READDATA, source->file);
}

#endif
