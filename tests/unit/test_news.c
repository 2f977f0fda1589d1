/* Unit tests of lib/client/news.c. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hunger.h"
#include "news.h"

/* Stand for handles; nobody looks into them. */
static char handles[4];

static CURL *curl_of(unsigned i)
{
  return &handles[i];
}

static void add(struct cw_news_list *list, struct cw_news *news, unsigned i,
                CURLcode result)
{
  cw_news_add(list, news, curl_of(i), result);
}

/* A message of libcurl's own. */
static CURLMsg message_of(unsigned i)
{
  return (CURLMsg){
    .msg = CURLMSG_DONE, .easy_handle = curl_of(i), .data.result = CURLE_OK};
}

static void add_foreign(struct cw_news_list *list, CURLMsg *message)
{
  assert_true(cw_news_expect(list));
  cw_news_add_foreign(list, message);
}

/* The next message is of that handle. */
static void assert_takes(struct cw_news_list *list, unsigned i)
{
  const int count = list->count;
  const CURLMsg *message = cw_news_take(list);

  assert_non_null(message);
  assert_ptr_equal(message->easy_handle, curl_of(i));
  assert_int_equal(list->count, count - 1);
}

static void assert_empty(struct cw_news_list *list)
{
  assert_int_equal(list->count, 0);
  assert_null(cw_news_take(list));
  assert_true(cw_link_is_empty(&list->ring));
  assert_ptr_equal(list->ring.before, &list->ring);
  assert_ptr_equal(list->untold, &list->ring);
}

static void a_message_says_what_libcurls_would(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  struct cw_news news = {.is_listed = false};

  assert_empty(&list);
  add(&list, &news, 1, CURLE_GOT_NOTHING);
  assert_int_equal(list.count, 1);
  const CURLMsg *message = cw_news_take(&list);
  assert_int_equal(message->msg, CURLMSG_DONE);
  assert_ptr_equal(message->easy_handle, curl_of(1));
  assert_int_equal(message->data.result, CURLE_GOT_NOTHING);
  assert_empty(&list);
}

static void what_came_first_is_taken_first(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  struct cw_news news[3] = {{.is_listed = false}};

  add(&list, &news[0], 2, CURLE_OK);
  add(&list, &news[1], 0, CURLE_OK);
  assert_takes(&list, 2);
  add(&list, &news[2], 1, CURLE_OK);
  add(&list, &news[0], 3, CURLE_OK); /* used again */
  assert_takes(&list, 0);
  assert_takes(&list, 1);
  assert_takes(&list, 3);
  assert_empty(&list);
}

static void one_can_be_dropped_wherever_it_is(void **state)
{
  (void)state;

  for(unsigned gone = 0; gone < 3; gone++) {
    struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
    struct cw_news news[3] = {{.is_listed = false}};
    for(unsigned i = 0; i < 3; i++)
      add(&list, &news[i], i, CURLE_OK);
    cw_news_drop(&list, &news[gone]);
    cw_news_drop(&list, &news[gone]); /* which does nothing */
    assert_int_equal(list.count, 2);
    assert_ptr_equal(list.ring.before, &news[gone == 2 ? 1 : 2].link);
    assert_ptr_equal(list.ring.next->before, &list.ring);
    for(unsigned i = 0; i < 3; i++)
      if(i != gone)
        assert_takes(&list, i);
    assert_empty(&list);
  }
}

static void one_that_is_not_listed_cannot_be_dropped(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  struct cw_news news[2] = {{.is_listed = false}};

  cw_news_drop(&list, &news[0]);
  assert_empty(&list);
  add(&list, &news[1], 1, CURLE_OK);
  cw_news_drop(&list, &news[0]);
  assert_takes(&list, 1);
  cw_news_drop(&list, &news[1]); /* it was taken */
  assert_empty(&list);
}

static void foreign_messages_are_passed_on_in_their_place(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  struct cw_news news = {.is_listed = false};
  CURLMsg libcurls[2] = {message_of(0), message_of(2)};

  add_foreign(&list, &libcurls[0]);
  add(&list, &news, 1, CURLE_OK);
  add_foreign(&list, &libcurls[1]);
  assert_int_equal(list.count, 3);
  assert_ptr_equal(cw_news_take(&list), &libcurls[0]);
  assert_takes(&list, 1);
  assert_ptr_equal(cw_news_take(&list), &libcurls[1]);
  assert_empty(&list);
  cw_news_clear(&list);
}

static void foreign_messages_are_dropped_by_handle(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  CURLMsg libcurls[3] = {message_of(0), message_of(1), message_of(2)};

  for(unsigned i = 0; i < 3; i++)
    add_foreign(&list, &libcurls[i]);
  cw_news_drop_foreign(&list, curl_of(1));
  cw_news_drop_foreign(&list, curl_of(1));
  cw_news_drop_foreign(&list, curl_of(3));
  assert_int_equal(list.count, 2);
  assert_takes(&list, 0);
  assert_takes(&list, 2);
  cw_news_drop_foreign(&list, curl_of(0));
  assert_empty(&list);
  cw_news_clear(&list);
}

/* What was not told yet begins at |untold|, whatever is dropped or taken. */
static void it_is_known_what_was_told(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  struct cw_news news[4] = {{.is_listed = false}};

  for(unsigned i = 0; i < 3; i++)
    add(&list, &news[i], i, CURLE_OK);
  assert_ptr_equal(list.untold, &news[0].link);
  cw_news_drop(&list, &news[1]); /* not the first of them */
  assert_ptr_equal(list.untold, &news[0].link);
  assert_takes(&list, 0);
  assert_ptr_equal(list.untold, &news[2].link);
  list.untold = &list.ring; /* it is told */
  add(&list, &news[3], 3, CURLE_OK);
  assert_ptr_equal(list.untold, &news[3].link);
  cw_news_drop(&list, &news[3]);
  assert_ptr_equal(list.untold, &list.ring);
  assert_takes(&list, 2);
  assert_empty(&list);
}

static void without_memory_none_is_expected(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  CURLMsg libcurls = message_of(0);

  hunger_begin(0);
  assert_false(cw_news_expect(&list));
  assert_true(hunger_end());
  assert_true(cw_news_expect(&list));
  hunger_begin(0);
  assert_true(cw_news_expect(&list)); /* it still is */
  cw_news_add_foreign(&list, &libcurls);
  assert_false(hunger_end());
  assert_takes(&list, 0);
  assert_empty(&list);
  cw_news_clear(&list);
}

static void all_can_be_cleared(void **state)
{
  (void)state;
  struct cw_news_list list = {.count = 0};

  cw_news_init(&list);
  struct cw_news news = {.is_listed = false};
  CURLMsg libcurls = message_of(0);

  cw_news_clear(&list);
  add(&list, &news, 1, CURLE_OK);
  add_foreign(&list, &libcurls);
  assert_true(cw_news_expect(&list));
  cw_news_clear(&list);
  assert_false(news.is_listed);
  assert_empty(&list);
  add(&list, &news, 1, CURLE_OK);
  assert_takes(&list, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_message_says_what_libcurls_would),
    cmocka_unit_test(what_came_first_is_taken_first),
    cmocka_unit_test(one_can_be_dropped_wherever_it_is),
    cmocka_unit_test(one_that_is_not_listed_cannot_be_dropped),
    cmocka_unit_test(foreign_messages_are_passed_on_in_their_place),
    cmocka_unit_test(foreign_messages_are_dropped_by_handle),
    cmocka_unit_test(it_is_known_what_was_told),
    cmocka_unit_test(without_memory_none_is_expected),
    cmocka_unit_test(all_can_be_cleared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
