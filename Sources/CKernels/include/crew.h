// Threads that wait for work without occupying their processors.
#pragma once
#include <stdint.h>

typedef struct ck_crew ck_crew;

// Starts count − 1 threads; the one that calls ck_crew_run is member 0. Returns NULL if the system
// does not allow that many; *started is then the number of members that it allows.
ck_crew *ck_crew_create(int32_t count, int32_t *started);

// Calls the body once on each member, and returns when all have returned. From one thread at a time.
void ck_crew_run(ck_crew *crew, void *context, void (*body)(int32_t member, void *context));

// Ends the threads.
void ck_crew_destroy(ck_crew *crew);

// Lets the calling thread run on all processors that libgomp found, where OMP_PROC_BIND, OMP_PLACES or
// GOMP_CPU_AFFINITY have bound it to some; threads and processes that it starts would inherit the binding.
void ck_unbind(void);
