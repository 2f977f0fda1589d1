/*
 * explain POLICY METHOD STATUS [RETRY-AFTER] - what would be done, and why.
 * explain POLICY - the whole policy, with all that it extends.
 * POLICY is the name of a built-in one or a file. Nothing is sent.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <curlew/curlew.h>

static struct curlew_policy *find(const char *name)
{
  struct curlew_policy_error error = {0};
  struct curlew_policy *policy = curlew_policy_builtin(name);

  if(!policy && curlew_policy_load(name, &policy, &error))
    fprintf(stderr, "%s\n", error.text);
  return policy;
}

static int print(const struct curlew_policy *policy)
{
  char *text = NULL;

  if(curlew_policy_dump(policy, &text))
    return 1;
  fputs(text, stdout);
  free(text);
  return 0;
}

static void tell(const struct curlew_decision *decision)
{
  const char *drops = decision->drops_body ? ", without the body" : "";

  if(decision->action == CURLEW_FOLLOW)
    printf("followed with %s%s", decision->method, drops);
  else
    printf(decision->action == CURLEW_RETRY ? "sent again" : "delivered");
  if(decision->wait_max_ms)
    printf(" after %" PRIu64 " to %" PRIu64 " ms", decision->wait_min_ms,
           decision->wait_max_ms);
  printf(": %s\n", curlew_reason_text(decision->reason));
}

static int explain(const struct curlew_policy *policy, char **argv)
{
  struct curlew_decision decision;
  const struct curlew_what_if what_if = {
    .method = argv[0],
    .status = (unsigned)strtoul(argv[1], NULL, 10),
    .retry_after = argv[2], /* NULL if there is none */
    .location = "/elsewhere",
  };

  if(!what_if.status || curlew_explain(policy, &what_if, &decision)) {
    fprintf(stderr, "%s is not a status\n", argv[1]);
    return 1;
  }
  const char *name = curlew_status_info(what_if.status).name;
  printf("%s -> %u %s\n", what_if.method, what_if.status, name);
  tell(&decision);
  return 0;
}

int main(int argc, char **argv)
{
  if(argc != 2 && argc != 4 && argc != 5) {
    fprintf(stderr, "usage: explain POLICY [METHOD STATUS [RETRY-AFTER]]\n");
    return 2;
  }
  struct curlew_policy *policy = find(argv[1]);
  if(!policy)
    return 1;
  const int status = argc > 2 ? explain(policy, argv + 2) : print(policy);
  curlew_policy_unref(policy);
  return status;
}
