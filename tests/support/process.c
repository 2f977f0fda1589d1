/* process.c - see process.h. PRELOAD_FIRST is a library that must stand before
   all others in LD_PRELOAD, or "". */
#define _GNU_SOURCE /* setresuid */
#include "process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGS_MAX  64
#define PATIENCE  25 /* seconds */
#define OTHER_UID 65533

static void set_preload(const char *preload)
{
  char text[4096];

  if(!preload)
    return;
  snprintf(text, sizeof(text), "%s%s%s", PRELOAD_FIRST,
           *PRELOAD_FIRST ? ":" : "", preload);
  setenv("LD_PRELOAD", text, 1);
}

static void set_environment(const struct process *process)
{
  unsetenv("LD_LIBRARY_PATH"); /* meson's: with stand-ins for real libraries */
  for(size_t i = 0; process->env && process->env[i]; i++)
    putenv((char *)(uintptr_t)process->env[i]);
  set_preload(process->preload);
}

/* Never returns: in the child. */
static void become(const struct process *process, FILE *out, FILE *err)
{
  const char *args[ARGS_MAX] = {process->program};

  for(size_t i = 0; process->args && process->args[i]; i++)
    args[i + 1] = process->args[i];
  if(dup2(fileno(out), STDOUT_FILENO) < 0 ||
     dup2(fileno(err), STDERR_FILENO) < 0)
    _exit(126);
  set_environment(process);
  alarm(PATIENCE);
  /* an effective user that is not the real one of before: AT_SECURE */
  if(process->rights == PROCESS_SET_UID && setresuid(OTHER_UID, 0, 0))
    _exit(125);
  execv(process->program, (char *const *)(uintptr_t)args);
  perror(process->program);
  _exit(127);
}

static void slurp(FILE *file, char *text, size_t size)
{
  rewind(file);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
}

void process_run(struct process *process)
{
  FILE *out = tmpfile();
  FILE *err = tmpfile();

  assert_true(out && err);
  const pid_t pid = fork();
  if(!pid)
    become(process, out, err);
  assert_true(pid > 0);
  assert_int_equal(waitpid(pid, &process->status, 0), pid);
  slurp(out, process->out, sizeof(process->out));
  slurp(err, process->err, sizeof(process->err));
}

static int is_as_expected(const char *err, const char *begin)
{
  if(!begin)
    return !*err;
  const char *end = strchr(err, '\n');
  return !strncmp(err, begin, strlen(begin)) && end && !end[1];
}

void process_expect(struct process *process, const char *out, const char *err)
{
  process_run(process);
  if(process->status || strcmp(process->out, out) != 0 ||
     !is_as_expected(process->err, err))
    fail_msg("%s: status %#x\n-- stdout, should be:\n%s-- is:\n%s"
             "-- stderr, should begin with: %s\n-- is:\n%s",
             process->program, (unsigned)process->status, out, process->out,
             err ? err : "nothing", process->err);
}
