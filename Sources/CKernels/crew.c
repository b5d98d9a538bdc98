#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

// The number of times that a member polls for its turn before it sleeps: about ten microseconds, less than waking up
// takes.
enum { looks = 2000 };

struct ck_crew {
  int32_t count;
  void *context;
  void (*body)(int32_t member, void *context);
  // Counts the calls of ck_crew_run.
  atomic_uint turn;
  // Members other than 0 that have not returned from the body.
  atomic_int busy;
  atomic_bool ends;
  pthread_mutex_t mutex;
  pthread_cond_t turned, returned;
  pthread_t threads[];
};

typedef struct {
  ck_crew *crew;
  int32_t number;
} member_t;

#if defined(__linux__)

int omp_get_proc_bind(void);
int omp_get_num_places(void);
int omp_get_place_num_procs(int place);
void omp_get_place_proc_ids(int place, int *ids);

// Binds the calling thread to some of libgomp's places, if it binds threads at all.
static void bind_to_places(int first, int count) {
  if (omp_get_proc_bind() == 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int place = first; place < first + count; place++) {
    int ids[CPU_SETSIZE];
    const int processors = omp_get_place_num_procs(place);
    if (processors <= 0 || processors > CPU_SETSIZE) return;
    omp_get_place_proc_ids(place, ids);
    for (int index = 0; index < processors; index++) CPU_SET(ids[index], &set);
  }
  if (count > 0) pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

// If OMP_PROC_BIND, OMP_PLACES or GOMP_CPU_AFFINITY bind threads, libgomp has bound the first one when it was loaded,
// and all others inherit its processor: each takes the OpenMP place that libgomp would give it.
static void take_place(int32_t number) {
  const int places = omp_get_num_places();
  if (places > 0) bind_to_places(number % places, 1);
}

void ck_unbind(void) { bind_to_places(0, omp_get_num_places()); }

#else

static void take_place(int32_t number) { (void)number; }

void ck_unbind(void) {}

#endif

#if defined(__x86_64__)
static void pause_briefly(void) { __builtin_ia32_pause(); }
#else
static void pause_briefly(void) {}
#endif

static unsigned next_turn(ck_crew *crew, unsigned last) {
  for (int look = 0; look < looks; look++) {
    const unsigned turn = atomic_load(&crew->turn);
    if (turn != last) return turn;
    pause_briefly();
  }
  pthread_mutex_lock(&crew->mutex);
  while (atomic_load(&crew->turn) == last) pthread_cond_wait(&crew->turned, &crew->mutex);
  pthread_mutex_unlock(&crew->mutex);
  return atomic_load(&crew->turn);
}

static void *work(void *argument) {
  const member_t member = *(member_t *)argument;
  ck_crew *crew = member.crew;
  free(argument);
  take_place(member.number);
  unsigned turn = 0;
  while (true) {
    turn = next_turn(crew, turn);
    if (atomic_load(&crew->ends)) return NULL;
    crew->body(member.number, crew->context);
    if (atomic_fetch_sub(&crew->busy, 1) > 1) continue;
    pthread_mutex_lock(&crew->mutex);
    pthread_cond_signal(&crew->returned);
    pthread_mutex_unlock(&crew->mutex);
  }
}

static void begin_turn(ck_crew *crew) {
  atomic_store(&crew->busy, crew->count - 1);
  pthread_mutex_lock(&crew->mutex);
  atomic_fetch_add(&crew->turn, 1);
  pthread_cond_broadcast(&crew->turned);
  pthread_mutex_unlock(&crew->mutex);
}

static bool start(ck_crew *crew, int32_t number) {
  member_t *member = malloc(sizeof *member);
  if (member == NULL) return false;
  *member = (member_t){crew, number};
  if (pthread_create(&crew->threads[number - 1], NULL, work, member) == 0) return true;
  free(member);
  return false;
}

ck_crew *ck_crew_create(int32_t count, int32_t *started) {
  *started = 1;
  ck_crew *crew = calloc(1, sizeof *crew + (size_t)count * sizeof(pthread_t));
  if (crew == NULL) return NULL;
  pthread_mutex_init(&crew->mutex, NULL);
  pthread_cond_init(&crew->turned, NULL);
  pthread_cond_init(&crew->returned, NULL);
  for (crew->count = 1; crew->count < count; crew->count++)
    if (!start(crew, crew->count)) {
      *started = crew->count;
      ck_crew_destroy(crew);
      return NULL;
    }
  return crew;
}

void ck_crew_run(ck_crew *crew, void *context, void (*body)(int32_t member, void *context)) {
  crew->context = context;
  crew->body = body;
  begin_turn(crew);
  body(0, context);
  for (int look = 0; look < looks && atomic_load(&crew->busy) > 0; look++) pause_briefly();
  if (atomic_load(&crew->busy) == 0) return;
  pthread_mutex_lock(&crew->mutex);
  while (atomic_load(&crew->busy) > 0) pthread_cond_wait(&crew->returned, &crew->mutex);
  pthread_mutex_unlock(&crew->mutex);
}

void ck_crew_destroy(ck_crew *crew) {
  atomic_store(&crew->ends, true);
  begin_turn(crew);
  for (int32_t number = 1; number < crew->count; number++) pthread_join(crew->threads[number - 1], NULL);
  pthread_cond_destroy(&crew->returned);
  pthread_cond_destroy(&crew->turned);
  pthread_mutex_destroy(&crew->mutex);
  free(crew);
}
