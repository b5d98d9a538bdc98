#include "CProbes.h"

#include <string.h>

#if defined(__x86_64__)

const char *probe_instruction_sets(void) {
  static char list[128];
  list[0] = 0;
  if (__builtin_cpu_supports("avx2")) strcat(list, "avx2 ");
  if (__builtin_cpu_supports("fma")) strcat(list, "fma ");
  if (__builtin_cpu_supports("avx512f")) strcat(list, "avx512f ");
  if (__builtin_cpu_supports("avx512vnni")) strcat(list, "avx512_vnni ");
  if (__builtin_cpu_supports("avx512bf16")) strcat(list, "avx512_bf16 ");
  if (strlen(list) > 0) list[strlen(list) - 1] = 0;
  return list;
}

#else

const char *probe_instruction_sets(void) { return ""; }

#endif
