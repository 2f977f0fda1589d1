/* replay.c - gives a fuzz target what lies in folders, as a test:
   replay FOLDER... Each file by itself, and each cut off at its half. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

#define SIZE_MAX_OF_FILE (1024u * 1024)

static size_t read_file(const char *path, uint8_t *data)
{
  FILE *file = fopen(path, "rb");

  if(!file) {
    perror(path);
    exit(1);
  }
  const size_t size = fread(data, 1, SIZE_MAX_OF_FILE, file);
  fclose(file);
  return size;
}

/* A copy of its own, so that a sanitizer sees a read beyond its end. */
static void give(const uint8_t *data, size_t size)
{
  uint8_t *copy = malloc(size ? size : 1);

  if(!copy)
    exit(1);
  memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

static unsigned replay(const char *folder, uint8_t *data)
{
  unsigned count = 0;
  DIR *entries = opendir(folder);

  if(!entries) {
    perror(folder);
    exit(1);
  }
  for(const struct dirent *entry; (entry = readdir(entries));) {
    char path[4096];

    if(entry->d_name[0] == '.')
      continue;
    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
    const size_t size = read_file(path, data);
    give(data, size);
    give(data, size / 2);
    count++;
  }
  closedir(entries);
  return count;
}

int main(int argc, char **argv)
{
  unsigned count = 0;
  uint8_t *data = malloc(SIZE_MAX_OF_FILE);

  if(!data)
    return 1;
  for(int i = 1; i < argc; i++)
    count += replay(argv[i], data);
  free(data);
  printf("%u files\n", count);
  return count ? 0 : 1; /* nothing to look at proves nothing */
}
