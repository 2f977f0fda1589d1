#define _GNU_SOURCE /* RTLD_NEXT, dlvsym */
#include "scope.h"

#include <dlfcn.h>
#include <string.h>

static const char *const versions[] = {
  [CW_NODE_NONE] = NULL,
#define CW_NODE(name) [CW_NODE_##name] = #name,
#include "nodes.def"
#undef CW_NODE
};

void cw_scope_open(struct cw_scope *scope, const struct cw_caller *caller)
{
  *scope = (struct cw_scope){.version = versions[caller->node]};
  (void)cw_object_at((const void *)versions, &scope->here);
  if(!cw_object_at(caller->address, &scope->object))
    return;
  scope->handle = cw_object_open(scope->object.name);
  if(!scope->handle)
    return;
  scope->is_curlew =
    cw_object_has(scope->object.begin, scope->object.end,
                  dlsym(scope->handle, "curlew_easy_perform"));
}

void cw_scope_close(struct cw_scope *scope)
{
  if(scope->handle)
    (void)dlclose(scope->handle);
}

/* Where symbols are looked for, and under which version (NULL: any). */
struct place {
  const struct cw_scope *scope;
  void *handle;
  const char *version;
  struct cw_flavour *flavour; /* where to put them */
};

static void *look_up(const struct place *place, const char *name)
{
  const struct cw_object *here = &place->scope->here;
  void *address = place->version ? dlvsym(place->handle, name, place->version)
                                 : dlsym(place->handle, name);

  return address && !cw_object_has(here->begin, here->end, address) ? address
                                                                    : NULL;
}

/* Puts a function where it belongs; false if it is not there. */
static bool get(const struct place *place, const char *name, void *function)
{
  void *address = look_up(place, name);
  memcpy(function, &address, sizeof(address));
  return address != NULL;
}

static bool get_all(const struct place *place)
{
  struct cw_libcurl *libcurl = &place->flavour->libcurl;
  bool is_whole = true;

#define FIND(name) get(place, "curl_" #name, &libcurl->name)
#define GET(name)  is_whole &= FIND(name)
  GET(easy_init);
  GET(easy_duphandle);
  GET(easy_reset);
  GET(easy_cleanup);
  GET(easy_perform);
  GET(easy_setopt);
  GET(easy_getinfo);
  GET(easy_header); /* libcurl 7.83; what else curlew needs is older */
  GET(easy_nextheader);
  GET(multi_init);
  GET(multi_cleanup);
  GET(multi_add_handle);
  GET(multi_remove_handle);
  GET(multi_perform);
  GET(multi_wait);
  GET(multi_poll);
  GET(multi_wakeup);
  GET(multi_fdset);
  GET(multi_timeout);
  GET(multi_socket_action);
  GET(multi_socket_all);
  GET(multi_assign);
  GET(multi_setopt);
  GET(multi_info_read);
  GET(slist_append);
  GET(slist_free_all);
  GET(url);
  GET(url_cleanup);
  GET(url_get);
  GET(url_set);
  GET(free);
  GET(maprintf);

  (void)FIND(multi_get_handles);
  (void)FIND(multi_get_offt);
  (void)FIND(multi_notify_enable);
  (void)FIND(multi_notify_disable);
#undef GET
#undef FIND
  return is_whole;
}

/* Others like to stand in front of perform too, before us or behind, but not of
   this: it tells which libcurl is meant. */
static void *inside_of(const struct place *place)
{
  return look_up(place, "curl_global_init");
}

/* Is there a libcurl? Then all of it is taken, and kept: handles outlive the
   plug-in that brought it. */
static bool take(const struct place *place)
{
  struct cw_object object;
  void *perform = look_up(place, "curl_easy_perform");
  const void *inside = inside_of(place);

  if(!perform || !cw_object_at(inside ? inside : perform, &object) ||
     !cw_object_open(object.name))
    return false;
  place->flavour->begin = object.begin;
  place->flavour->size = object.end - object.begin;
  place->flavour->is_whole = get_all(place);
  return true;
}

/* The libcurl that |inside| is in, straight. */
static bool take_at(const struct place *place, const void *inside)
{
  struct place own = *place;
  struct cw_object object;

  own.handle =
    cw_object_at(inside, &object) ? cw_object_open(object.name) : NULL;
  if(!own.handle)
    return false;
  const bool is_taken = take(&own);
  (void)dlclose(own.handle);
  return is_taken;
}

/* An object that is libcurl itself, rather than one that needs it. */
static bool take_object(const char *name, void *user)
{
  struct place place = *(const struct place *)user;
  struct cw_object object;
  bool is_taken = false;

  place.handle = cw_object_open(name);
  if(!place.handle)
    return false;
  const void *perform = look_up(&place, "curl_easy_perform");
  if(perform && cw_object_at(perform, &object) && !strcmp(object.name, name))
    is_taken = take(&place);
  (void)dlclose(place.handle);
  return is_taken;
}

/* A program that was linked to the drop-in alone: the linker saw no need for
   libcurl any more. */
static bool take_any(const struct place *place)
{
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4",
                                      "libcurl-nss.so.4"};
  struct place own = *place;

  for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    own.handle = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
    if(own.handle && take(&own))
      return true;
  }
  return false;
}

/* What the caller's own libraries bring is not behind us where we were linked
   to it, or loaded with somebody else. */
static bool find(const struct cw_scope *scope, const char *version,
                 struct cw_flavour *flavour)
{
  const struct place own = {
    .scope = scope,
    .handle = scope->handle,
    .version = version,
    .flavour = flavour,
  };
  struct place next = own;

  next.handle = RTLD_NEXT;
  const void *inside = own.handle ? inside_of(&own) : NULL;
  if(inside && inside != inside_of(&next) && take_at(&own, inside))
    return true;
  return take(&next) || cw_object_each(take_object, &next);
}

bool cw_scope_find(const struct cw_scope *scope, struct cw_flavour *flavour)
{
  if(scope->version && find(scope, scope->version, flavour))
    return true;
  if(find(scope, NULL, flavour))
    return true;
  const struct place place = {.scope = scope, .flavour = flavour};
  return take_any(&place);
}
