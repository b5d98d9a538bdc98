#define _GNU_SOURCE
#include <stdlib.h>

#include "attribution.h"

bool allocations_can_be_counted(void) { return CAN_COUNT; }

#if CAN_COUNT

#include <dlfcn.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <string.h>

enum { STACKS = 256, STACK_DEPTH = 40 };

typedef struct {
  atomic_int_fast64_t calls;
  atomic_int_fast64_t bytes;
} tally;

typedef struct {
  void *addresses[STACK_DEPTH];
  atomic_int depth;
} stack;

struct allocations_counter {
  atomic_bool is_counting;
  tally ours;
  tally theirs;
  stack stacks[STACKS];
};

_Thread_local attribution current_attribution;

allocations_counter *allocations_create(void) {
  // The first backtrace loads a library; that must not happen within an allocation.
  void *address;
  backtrace(&address, 1);
  return calloc(1, sizeof(allocations_counter));
}

void allocations_destroy(allocations_counter *counter) { free(counter); }

allocations_counter *allocations_follow(allocations_counter *counter) {
  allocations_counter *before = current_attribution.counter;
  current_attribution.counter = counter;
  return before;
}

void allocations_start(allocations_counter *counter) { atomic_store(&counter->is_counting, true); }

void allocations_stop(allocations_counter *counter) { atomic_store(&counter->is_counting, false); }

static allocations_tally read_tally(const tally *tally) {
  return (allocations_tally){atomic_load(&tally->calls), atomic_load(&tally->bytes)};
}

allocations_tally allocations_ours(const allocations_counter *counter) { return read_tally(&counter->ours); }

allocations_tally allocations_theirs(const allocations_counter *counter) { return read_tally(&counter->theirs); }

size_t allocations_stack(const allocations_counter *counter, size_t request, const uintptr_t **addresses) {
  if (request >= STACKS) return 0;
  *addresses = (const uintptr_t *)counter->stacks[request].addresses;
  return (size_t)atomic_load(&counter->stacks[request].depth);
}

// OpenBLAS is C and allocates from its own code, whether it was linked or loaded; so none of its calls needs to be
// replaced. The dynamic linker allocates when a thread first calls a loaded library with thread-local storage, such as
// BLIS: on a busy machine a lane's first part may come after many steps.
static bool is_library_code(const void *address) {
  static const char *const libraries[] = {"ld-linux", "libblis", "libdnnl.", "libgomp.", "libopenblas"};
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == NULL) return false;
  const char *slash = strrchr(info.dli_fname, '/');
  const char *name = slash == NULL ? info.dli_fname : slash + 1;
  for (size_t index = 0; index < sizeof libraries / sizeof *libraries; index++)
    if (strncmp(name, libraries[index], strlen(libraries[index])) == 0) return true;
  return false;
}

// Returns the number of earlier requests.
static int64_t add(tally *tally, size_t bytes) {
  atomic_fetch_add(&tally->bytes, (int64_t)bytes);
  return atomic_fetch_add(&tally->calls, 1);
}

// Records the call stack of a request, from its caller on.
static void keep_stack(allocations_counter *counter, int64_t request, const void *caller) {
  if (request >= STACKS) return;
  stack *stack = &counter->stacks[request];
  void *addresses[STACK_DEPTH];
  const int depth = backtrace(addresses, STACK_DEPTH);
  int first = 0;
  while (first < depth && addresses[first] != caller) first++;
  memcpy(stack->addresses, addresses + first, (size_t)(depth - first) * sizeof *addresses);
  atomic_store(&stack->depth, depth - first);
}

void note_allocation(size_t bytes, const void *caller) {
  const attribution whose = current_attribution;
  if (whose.counter == NULL || !atomic_load(&whose.counter->is_counting)) return;
  // Allocations by the search for the caller are not counted.
  current_attribution.counter = NULL;
  if (whose.in_library || is_library_code(caller)) {
    add(&whose.counter->theirs, bytes);
  } else {
    keep_stack(whose.counter, add(&whose.counter->ours, bytes), caller);
  }
  current_attribution = whose;
}

#else

allocations_counter *allocations_create(void) { return NULL; }
void allocations_destroy(allocations_counter *counter) { (void)counter; }
allocations_counter *allocations_follow(allocations_counter *counter) { (void)counter; return NULL; }
void allocations_start(allocations_counter *counter) { (void)counter; }
void allocations_stop(allocations_counter *counter) { (void)counter; }

allocations_tally allocations_ours(const allocations_counter *counter) {
  (void)counter;
  return (allocations_tally){0, 0};
}

allocations_tally allocations_theirs(const allocations_counter *counter) {
  (void)counter;
  return (allocations_tally){0, 0};
}

size_t allocations_stack(const allocations_counter *counter, size_t request, const uintptr_t **addresses) {
  (void)counter, (void)request, (void)addresses;
  return 0;
}

#endif
