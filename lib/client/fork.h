/* fork.h - a process that is copied while a lock is held. */
#ifndef CW_FORK_H
#define CW_FORK_H

/* From now on the child of fork() finds the locks of this layer open, whatever
   the other threads of its parent were at. May be called often, and from any
   thread. */
void cw_fork_guard(void);

#endif
