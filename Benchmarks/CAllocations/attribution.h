// Whose request an allocation is, according to the current thread.
#pragma once

#include "CAllocations.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && defined(__LP64__) && !defined(SANITIZED)
#define CAN_COUNT 1
#else
#define CAN_COUNT 0
#endif

typedef struct {
  // The counter; NULL on threads that are not watched.
  allocations_counter *counter;
  // Set while a library works on its own behalf.
  bool in_library;
} attribution;

extern _Thread_local attribution current_attribution;

// Counts a request that is made by the code at `caller`.
void note_allocation(size_t bytes, const void *caller);
