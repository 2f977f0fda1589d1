/* asan_first.c - built with ASan and preloaded, the first library to start. */

int asan_first;
