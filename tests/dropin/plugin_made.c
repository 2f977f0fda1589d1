/* plugin_made.c - a plug-in that calls libcurl from code that was made at run
   time, and so lies in no object. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <stdint.h>
#include <sys/mman.h>

#include "plugin.h"

typedef CURL *(create_fn)(void);

#if defined(__x86_64__)
/* sub $8,%rsp; movabs $0,%rax; call *%rax; add $8,%rsp; ret */
static const unsigned char code[] = {
  0x48, 0x83, 0xec, 0x08, 0x48, 0xb8, 0,    0,    0,    0,    0,
  0,    0,    0,    0xff, 0xd0, 0x48, 0x83, 0xc4, 0x08, 0xc3,
};
#define CODE_HOLE 6 /* where the address goes */
#else
#error "no code is known for this processor"
#endif

static create_fn *make(create_fn *callee)
{
  unsigned char *page = mmap(NULL, sizeof(code), PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  create_fn *made = NULL;

  if(page == MAP_FAILED)
    return NULL;
  memcpy(page, code, sizeof(code));
  memcpy(page + CODE_HOLE, &callee, sizeof(callee));
  if(mprotect(page, sizeof(code), PROT_READ | PROT_EXEC))
    return NULL;
  memcpy(&made, &page, sizeof(made));
  return made;
}

static CURL *create(void)
{
  create_fn *made = make(curl_easy_init);
  return made ? made() : NULL;
}

const struct plugin plugin = {create, transfer_begin, transfer_enter,
                              transfer_end};
