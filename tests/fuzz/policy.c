/* policy.c - fuzzes the reader, the grammar and what policies extend.
 *
 * The bytes are files, separated by 0x1e: the first is the policy, the others
 * are "1.ini", "2.ini" and so on, for what it extends. No other file is read.
 */
#include "fuzz.h"

#include <string.h>

#include "policy.h"
#include "source.h"
#include "sound.h"

#define SEPARATOR 0x1e

static const uint8_t *files;
static size_t size_of_files;

/* The file |number|, from 0; NULL where there are not so many. */
static const uint8_t *find_file(unsigned number, size_t *length)
{
  const uint8_t *at = files;
  size_t left = size_of_files;

  for(;;) {
    const uint8_t *end = left ? memchr(at, SEPARATOR, left) : NULL;
    *length = end ? (size_t)(end - at) : left;
    if(!number--)
      return at;
    if(!end)
      return NULL;
    left -= *length + 1;
    at = end + 1;
  }
}

CURLcode __wrap_cw_source_read(const char *path, struct cw_source *source,
                               const struct cw_spot *spot);

/* In the place of a file system. */
CURLcode __wrap_cw_source_read(const char *path, struct cw_source *source,
                               const struct cw_spot *spot)
{
  char *rest = NULL;
  size_t length = 0;
  const char *slash = strrchr(path, '/');
  const unsigned long number = strtoul(slash ? slash + 1 : path, &rest, 10);

  fuzz_promise(strchr(path, '/') || strstr(path, ".ini"));
  const uint8_t *file = NULL;
  if(number > 0 && number < 100 && !strcmp(rest, ".ini"))
    file = find_file((unsigned)number, &length);
  if(!file) {
    cw_mistake(spot, path, "", "there is no \"%s\"", path);
    return CURLE_FILE_COULDNT_READ_FILE;
  }
  source->text = malloc(length ? length : 1);
  if(!source->text)
    return cw_mistake_memory(spot);
  memcpy(source->text, file, length);
  source->length = length;
  source->device = 1;
  source->inode = number;
  return CURLE_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct curlew_policy_error error = {.line = 0};
  struct curlew_policy *policy = NULL;
  size_t length = 0;

  files = data;
  size_of_files = size;
  const char *text = (const char *)find_file(0, &length);
  const CURLcode result =
    curlew_policy_parse(text ? text : "", length, "0.ini", &policy, &error);
  if(result) {
    fuzz_promise(!policy);
    mistake_is_sound(&error, result, size);
  }
  else
    policy_comes_back(policy);
  curlew_policy_unref(policy);
  return 0;
}
