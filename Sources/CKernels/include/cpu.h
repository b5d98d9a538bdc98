// The features of the CPU.
#pragma once
#include <stdbool.h>

// Dot products of bfloat16 (avx512_bf16).
bool ck_cpu_has_bfloat16(void);
