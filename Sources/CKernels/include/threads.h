// The pool of threads: GNU OpenMP's on Linux, called as a compiler calls it, so that the code itself needs no
// OpenMP flag.
#pragma once
#include <stddef.h>
#include <stdint.h>

// The largest number of threads that may be requested.
enum { CK_MOST_THREADS = 1024 };

// The number of processors that this process may run on.
int32_t ck_available_processors(void);

// The number of additional threads, up to `count`, that the system lets this process run at once: starts them, and ends
// them.
int32_t ck_startable_threads(int32_t count);

// The number of threads that OpenMP libraries use when called from this thread.
void ck_set_threads(int32_t count);

// Calls body(thread, context) once on each of count threads, the caller among them, and waits for all.
void ck_parallel(int32_t count, void *context, void (*body)(int32_t thread, void *context));

// Distributes `count` items over the threads in contiguous runs, each except the last a multiple of `grain`, and calls
// body(first, end, context) for each run. A grain or less is not worth waking a thread for.
void ck_parallel_runs(int32_t threads, size_t count, size_t grain, void *context,
                      void (*body)(size_t first, size_t end, void *context));

// Elements that a thread computes in about the time it takes to wake it.
enum { CK_GRAIN = 4096 };
