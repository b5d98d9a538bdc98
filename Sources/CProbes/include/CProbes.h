#ifndef CPROBES_H
#define CPROBES_H

#include <stdint.h>

/// A loop of arithmetic on registers alone, as wide as the CPU allows.
typedef struct {
  /// Runs a number of rounds and returns a number that depends on all of them; NULL if unavailable.
  float (*run)(int64_t rounds);
  /// Operations per round; a multiply-add counts as two.
  int operations_per_round;
  /// The instruction: "vfmadd, 512 bits".
  const char *name;
} probe_arithmetic;

/// Fused multiply-adds of float32.
probe_arithmetic probe_float32(void);

/// Products of pairs of bf16, added up in float32.
probe_arithmetic probe_bfloat16(void);

/// The relevant flags of /proc/cpuinfo that this CPU has, in a fixed order: "avx2 fma".
const char *probe_instruction_sets(void);

/// The sum of some numbers, each read once.
float probe_read(const float *numbers, int64_t count);

/// The loop of McCalpin's STREAM: result ← left + 3 · right.
void probe_triad(float *result, const float *left, const float *right, int64_t count);

#endif
