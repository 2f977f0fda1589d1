#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static CURLcode unreadable(const char *path, int number,
                           const struct cw_spot *spot)
{
  char why[128];
  if(number == ENOMEM)
    return cw_mistake_memory(spot);
  if(strerror_r(number, why, sizeof(why)))
    snprintf(why, sizeof(why), "error %d", number);
  if(spot->line)
    cw_mistake(spot, path, "", "cannot read \"%s\": %s", path, why);
  else
    cw_mistake(spot, path, "", "cannot be read: %s", why);
  return CURLE_FILE_COULDNT_READ_FILE;
}

/* A policy may come through a pipe, where a signal of the program's can be in
   between. */
static FILE *open_it(const char *path)
{
  FILE *file = NULL;

  do
    file = fopen(path, "rbe");
  while(!file && errno == EINTR);
  return file;
}

/* Reads to the end, or to one byte more than is allowed. */
static CURLcode read_all(FILE *file, const char *path,
                         struct cw_source *source, const struct cw_spot *spot)
{
  size_t room = 0;

  for(;;) {
    if(source->length == room) {
      room = room ? room * 2 : 4096;
      char *text = realloc(source->text, room);
      if(!text)
        return cw_mistake_memory(spot);
      source->text = text;
    }
    const size_t got =
      fread(source->text + source->length, 1, room - source->length, file);
    source->length += got;
    if(source->length > CW_SOURCE_MAX)
      return cw_mistake(spot, path, "",
                        "\"%s\" is larger than the %d bytes allowed", path,
                        CW_SOURCE_MAX);
    if(got)
      continue;
    if(!ferror(file))
      return CURLE_OK;
    if(errno != EINTR)
      return unreadable(path, errno, spot);
    clearerr(file);
  }
}

CURLcode cw_source_read(const char *path, struct cw_source *source,
                        const struct cw_spot *spot)
{
  struct cw_source read = {0};
  struct stat status;
  CURLcode result = CURLE_OK;

  FILE *file = open_it(path);
  if(!file || fstat(fileno(file), &status)) {
    result = unreadable(path, errno, spot);
    goto out;
  }
  read.device = (uint64_t)status.st_dev;
  read.inode = (uint64_t)status.st_ino;
  result = read_all(file, path, &read, spot);
  if(result)
    goto out;

  *source = read;
  read = (struct cw_source){0};

out:
  if(file)
    fclose(file);
  cw_source_clear(&read);
  return result;
}

void cw_source_clear(struct cw_source *source)
{
  free(source->text);
  *source = (struct cw_source){0};
}
