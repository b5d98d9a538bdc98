#include "threads.h"

#include <pthread.h>

#if defined(CK_PTHREADS)

#include <stdlib.h>
#include <unistd.h>

void omp_set_num_threads(int count);

typedef struct {
  int32_t number;
  void (*body)(int32_t thread, void *context);
  void *context;
} member_t;

static void *run_member(void *data) {
  const member_t *member = data;
  member->body(member->number, member->context);
  return NULL;
}

int32_t ck_available_processors(void) { return (int32_t)sysconf(_SC_NPROCESSORS_ONLN); }

// The libraries' own loops would look like races too.
void ck_set_threads(int32_t count) {
  (void)count;
  omp_set_num_threads(1);
}

void ck_parallel(int32_t count, void *context, void (*body)(int32_t thread, void *context)) {
  pthread_t threads[CK_MOST_THREADS];
  member_t members[CK_MOST_THREADS];
  for (int32_t number = 1; number < count; number++) {
    members[number] = (member_t){number, body, context};
    if (pthread_create(&threads[number], NULL, run_member, &members[number]) != 0) abort();
  }
  body(0, context);
  for (int32_t number = 1; number < count; number++) pthread_join(threads[number], NULL);
}

#elif defined(__linux__)

#include <stdbool.h>

// The part of libgomp's interface that compilers emit calls to; it has been stable since GCC 4.9.
void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_num_procs(void);
void omp_set_num_threads(int count);
void omp_set_dynamic(int dynamic);

typedef struct {
  int32_t count;
  void (*body)(int32_t thread, void *context);
  void *context;
} team_t;

// A limit on threads, or a call from within a team, can make the team smaller than requested: then its members take
// several shares each.
static void run_member(void *data) {
  const team_t *team = data;
  for (int32_t share = omp_get_thread_num(); share < team->count; share += omp_get_num_threads())
    team->body(share, team->context);
}

// With OMP_PROC_BIND, OMP_PLACES or GOMP_CPU_AFFINITY, libgomp has bound the first thread to one processor by now; it
// remembers how many there were.
int32_t ck_available_processors(void) { return omp_get_num_procs(); }

void ck_set_threads(int32_t count) {
  // With OMP_DYNAMIC a team could be smaller than requested, and part of the work would not be done.
  omp_set_dynamic(false);
  omp_set_num_threads(count);
}

void ck_parallel(int32_t count, void *context, void (*body)(int32_t thread, void *context)) {
  team_t team = {count, body, context};
  omp_set_dynamic(false);
  GOMP_parallel(run_member, &team, (unsigned)count, 0);
}

#else

#include <dispatch/dispatch.h>
#include <unistd.h>

typedef struct {
  void (*body)(int32_t thread, void *context);
  void *context;
} team_t;

static void run_member(void *data, size_t thread) {
  const team_t *team = data;
  team->body((int32_t)thread, team->context);
}

int32_t ck_available_processors(void) {
  return (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
}

void ck_set_threads(int32_t count) { (void)count; }

void ck_parallel(int32_t count, void *context, void (*body)(int32_t thread, void *context)) {
  team_t team = {body, context};
  dispatch_apply_f((size_t)count, DISPATCH_APPLY_AUTO, &team, run_member);
}

#endif

static void *wait_for_all(void *all_started) {
  pthread_mutex_lock(all_started);
  pthread_mutex_unlock(all_started);
  return NULL;
}

int32_t ck_startable_threads(int32_t count) {
  pthread_t threads[CK_MOST_THREADS];
  pthread_mutex_t all_started = PTHREAD_MUTEX_INITIALIZER;
  int32_t started = 0;
  pthread_mutex_lock(&all_started);
  while (started < count && started < CK_MOST_THREADS &&
         pthread_create(&threads[started], NULL, wait_for_all, &all_started) == 0)
    started++;
  pthread_mutex_unlock(&all_started);
  for (int32_t thread = 0; thread < started; thread++) pthread_join(threads[thread], NULL);
  return started;
}

typedef struct {
  size_t count, grain;
  int32_t shares;
  void *context;
  void (*body)(size_t first, size_t end, void *context);
} runs_t;

// The beginning of a thread's share: shares differ by one grain at most.
static size_t share_begin(const runs_t *runs, int32_t thread) {
  const size_t grains = (runs->count + runs->grain - 1) / runs->grain;
  const size_t first = grains * (size_t)thread / (size_t)runs->shares * runs->grain;
  return first < runs->count ? first : runs->count;
}

static void run_share(int32_t thread, void *context) {
  const runs_t *runs = context;
  runs->body(share_begin(runs, thread), share_begin(runs, thread + 1), runs->context);
}

void ck_parallel_runs(int32_t threads, size_t count, size_t grain, void *context,
                      void (*body)(size_t first, size_t end, void *context)) {
  const size_t grains = (count + grain - 1) / grain;
  const int32_t shares = grains < (size_t)threads ? (int32_t)grains : threads;
  if (shares <= 1) {
    if (count > 0) body(0, count, context);
    return;
  }
  runs_t runs = {count, grain, shares, context, body};
  ck_parallel(shares, &runs, run_share);
}
