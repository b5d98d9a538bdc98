#include "cpu.h"

#if defined(__x86_64__)
bool ck_cpu_has_bfloat16(void) { return __builtin_cpu_supports("avx512bf16"); }
#else
bool ck_cpu_has_bfloat16(void) { return false; }
#endif
