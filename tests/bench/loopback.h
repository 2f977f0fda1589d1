/*
 * loopback.h - a socket that listens on 127.0.0.1, or exits the program.
 */
#ifndef CW_BENCH_LOOPBACK_H
#define CW_BENCH_LOOPBACK_H

int loopback_listen(unsigned *port);

#endif
