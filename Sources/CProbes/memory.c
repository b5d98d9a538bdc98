#include "CProbes.h"

// Separate sums, so that the compiler may keep them in vectors without changing the order of additions.
float probe_read(const float *numbers, int64_t count) {
  enum { sums = 64 };
  float sum[sums] = {0};
  for (int64_t i = 0; i + sums <= count; i += sums) {
    for (int j = 0; j < sums; j++) sum[j] += numbers[i + j];
  }
  for (int j = 1; j < sums; j++) sum[0] += sum[j];
  return sum[0];
}

void probe_triad(float *restrict result, const float *restrict left, const float *restrict right,
                 int64_t count) {
  for (int64_t i = 0; i < count; i++) result[i] = left[i] + 3 * right[i];
}
