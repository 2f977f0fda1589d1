/* rare.h - marks functions that are seldom called: kept apart, they do not make
   those that call them, and are called often, save registers for them. */
#ifndef CW_RARE_H
#define CW_RARE_H

#if defined(__GNUC__)
#define CW_RARE __attribute__((noinline))
#else
#define CW_RARE
#endif

#endif
