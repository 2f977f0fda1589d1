/* process.h - runs a program and keeps what it printed. */
#ifndef CW_TEST_PROCESS_H
#define CW_TEST_PROCESS_H

/* Ends of a list: LIST("a", "b"). */
#define LIST(...)                                                             \
  (const char *const[])                                                       \
  {                                                                           \
    __VA_ARGS__, 0                                                            \
  }

enum process_rights {
  PROCESS_PLAIN,
  PROCESS_SET_UID /* as one whose user has fewer; needs root */
};

struct process {
  const char *program;
  const char *const *args; /* without the name; may be NULL */
  const char *const *env;  /* NAME=value, over our own; may be NULL */
  const char *preload;     /* for LD_PRELOAD, or NULL */
  enum process_rights rights;

  int status; /* of waitpid() */
  char out[8192];
  char err[8192];
};

/* Runs it to its end; one that hangs is ended by SIGALRM. */
void process_run(struct process *process);

/* Runs it, and fails unless it ends well and prints this on stdout, and on
   stderr nothing or one line that begins with |err| (NULL: nothing). */
void process_expect(struct process *process, const char *out, const char *err);

#endif
