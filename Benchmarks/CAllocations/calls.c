// The calls through which work passes from our code to a library and from one thread to another. These functions shadow
// the libraries', record whose work it is, and call the originals.
#define _GNU_SOURCE
#include "attribution.h"

#if CAN_COUNT

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

// MARK: oneDNN

typedef int execute_function(const void *primitive, void *stream, int count, const void *arguments);

// The declaration in oneDNN's header, reduced to its ABI, which is the same in versions 2 and 3.
execute_function dnnl_primitive_execute;

int dnnl_primitive_execute(const void *primitive, void *stream, int count, const void *arguments) {
  static _Atomic(execute_function *) execute;
  const attribution caller = current_attribution;
  current_attribution.in_library = true;
  if (execute == NULL) execute = (execute_function *)dlsym(RTLD_NEXT, "dnnl_primitive_execute");
  const int status = execute(primitive, stream, count, arguments);
  current_attribution = caller;
  return status;
}

// MARK: OpenMP

typedef void parallel_function(void (*body)(void *), void *data, unsigned threads, unsigned flags);

parallel_function GOMP_parallel;

typedef struct {
  void (*body)(void *);
  void *data;
  attribution caller;
} team_work;

// A member of a team works for the caller of the team.
static void run_member(void *data) {
  const team_work *work = data;
  const attribution own = current_attribution;
  current_attribution = work->caller;
  work->body(work->data);
  current_attribution = own;
}

void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags) {
  static _Atomic(parallel_function *) parallel;
  team_work work = {body, data, current_attribution};
  current_attribution.in_library = true;
  if (parallel == NULL) parallel = (parallel_function *)dlsym(RTLD_NEXT, "GOMP_parallel");
  parallel(run_member, &work, threads, flags);
  current_attribution = work.caller;
}

// MARK: Threads

typedef int create_function(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *data);

typedef struct {
  void *(*body)(void *);
  void *data;
  attribution parent;
} thread_work;

static void *run_thread(void *data) {
  const thread_work work = *(thread_work *)data;
  free(data);
  current_attribution = work.parent;
  return work.body(work.data);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *data) {
  static _Atomic(create_function *) create;
  const attribution parent = current_attribution;
  // Memory that this function and the C library need for the thread is not attributed.
  current_attribution.counter = NULL;
  if (create == NULL) create = (create_function *)dlsym(RTLD_NEXT, "pthread_create");
  int status;
  thread_work *work = parent.counter == NULL || parent.in_library ? NULL : malloc(sizeof *work);
  if (work == NULL) {
    status = create(thread, attributes, body, data);
  } else {
    *work = (thread_work){body, data, parent};
    status = create(thread, attributes, run_thread, work);
    if (status != 0) free(work);
  }
  current_attribution = parent;
  return status;
}

#endif
