// Counts requests to the C allocators and mmap, separating our own from those of libraries.
//
// Linking this into an executable replaces malloc and related functions in the whole process with functions that count
// and then call glibc's. Only threads that follow a counter are counted: the watching one, those that it starts, and
// the members of its OpenMP teams while they work for it, so other work in the process does not matter.
//
// A request is the library's if it is made during a call of oneDNN, by libgomp on its own behalf, or directly from the
// code of libblis, libdnnl, libgomp or libopenblas; every other one is ours, the Swift runtime's included.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  int64_t calls;
  int64_t bytes;
} allocations_tally;

typedef struct allocations_counter allocations_counter;

// False if the allocators cannot be replaced: without glibc, and under a sanitizer.
bool allocations_can_be_counted(void);

// NULL if there is no memory. A counter must outlive the threads that follow it.
allocations_counter *allocations_create(void);
void allocations_destroy(allocations_counter *counter);

// Lets this thread, and those that it starts from now on, follow a counter; NULL for none. Returns the previous one.
allocations_counter *allocations_follow(allocations_counter *counter);

// Begins and ends counting on all threads that follow.
void allocations_start(allocations_counter *counter);
void allocations_stop(allocations_counter *counter);

allocations_tally allocations_ours(const allocations_counter *counter);
allocations_tally allocations_theirs(const allocations_counter *counter);

// The call stack of one of our first requests, innermost call first. Returns its depth, 0 if there was no such request.
size_t allocations_stack(const allocations_counter *counter, size_t request, const uintptr_t **addresses);

// Writes the name of the function at an address, demangled and truncated to the capacity. False if it has no name.
bool allocations_describe(uintptr_t address, char *text, size_t capacity);
