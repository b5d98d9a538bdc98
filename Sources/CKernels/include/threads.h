// The pool of threads: GNU OpenMP's on Linux, called as a compiler calls it, so that the code itself needs no
// OpenMP flag.
#pragma once
#include <stdint.h>

// Processors that this process may run on.
int32_t ck_available_processors(void);

// The number of threads that OpenMP libraries take when they are called from this thread.
void ck_set_threads(int32_t count);

// Calls body(thread, context) once on each of count threads, the caller among them, and waits for all.
void ck_parallel(int32_t count, void *context, void (*body)(int32_t thread, void *context));
