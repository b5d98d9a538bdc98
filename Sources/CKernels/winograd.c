#include "winograd.h"

#include <stdlib.h>
#include <strings.h>

// Every function that takes a vector is inlined, so the calling convention for vectors does not matter.
#pragma clang diagnostic ignored "-Wpsabi"
// A loop that cannot be unrolled belongs to a case that does not occur.
#pragma clang diagnostic ignored "-Wpass-failed"

#define CK_NAME(name) portable_##name
#define CK_TARGET
#define CK_PANEL 1
#define CK_MOST_ROWS 3
#include "winograd_loops.h"
#undef CK_NAME
#undef CK_TARGET
#undef CK_PANEL
#undef CK_MOST_ROWS

#if defined(__x86_64__)
#define CK_NAME(name) avx2_##name
#define CK_TARGET __attribute__((target("avx2,fma")))
#define CK_PANEL 1
#define CK_MOST_ROWS 6
#include "winograd_loops.h"
#undef CK_NAME
#undef CK_TARGET
#undef CK_PANEL
#undef CK_MOST_ROWS

#define CK_NAME(name) avx512_##name
#define CK_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#define CK_PANEL 2
#define CK_MOST_ROWS 12
#include "winograd_loops.h"
#undef CK_NAME
#undef CK_TARGET
#undef CK_PANEL
#undef CK_MOST_ROWS

static ck_instruction_set best_instruction_set(void) {
  if (__builtin_cpu_supports("x86-64-v4")) return CK_AVX512;
  return __builtin_cpu_supports("x86-64-v3") ? CK_AVX2 : CK_PORTABLE;
}

#define DISPATCH(w, name, ...)                                              \
  switch ((w)->instructions) {                                              \
    case CK_AVX512: avx512_##name(w, __VA_ARGS__); break;                   \
    case CK_AVX2: avx2_##name(w, __VA_ARGS__); break;                       \
    default: portable_##name(w, __VA_ARGS__); break;                        \
  }
#else
static ck_instruction_set best_instruction_set(void) { return CK_PORTABLE; }

#define DISPATCH(w, name, ...) portable_##name(w, __VA_ARGS__);
#endif

ck_instruction_set ck_allowed_instruction_set(void) {
  const ck_instruction_set best = best_instruction_set();
  const char *limit = getenv("ONEDNN_MAX_CPU_ISA");
  if (limit == NULL) limit = getenv("DNNL_MAX_CPU_ISA");
  if (limit == NULL) return best;
  ck_instruction_set most = best;
  if (strncasecmp(limit, "SSE", 3) == 0 || strcasecmp(limit, "AVX") == 0) most = CK_PORTABLE;
  if (strncasecmp(limit, "AVX2", 4) == 0) most = CK_AVX2;
  return most < best ? most : best;
}

static size_t points(const ck_winograd *w) {
  return (size_t)portable_points(&w->rows[0]) * portable_points(&w->columns[0]);
}

size_t ck_winograd_weight_count(const ck_winograd *w, int32_t inputs, int32_t outputs) {
  return points(w) * portable_weight_stride(inputs, outputs);
}

size_t ck_winograd_tiles_count(const ck_winograd *w, int32_t channels) {
  return points(w) * portable_stride(w, channels);
}

void ck_winograd_transform_weight(const ck_winograd *w, const float *weight, int32_t weight_outputs,
                                  int32_t weight_inputs, bool is_for_input_gradient, int32_t first_block,
                                  int32_t end_block, float *transformed) {
  DISPATCH(w, transform_weight, weight, weight_outputs, weight_inputs, is_for_input_gradient, first_block, end_block,
           transformed)
}

void ck_winograd_convolve(const ck_winograd *w, const ck_winograd_group *group, const ck_winograd_images *input,
                          const void *x, const float *transformed_weight, const float *bias, bool has_relu,
                          int32_t first_block, int32_t end_block, const ck_winograd_images *output, void *y,
                          float *scratch) {
  DISPATCH(w, convolve, group, input, x, transformed_weight, bias, has_relu, first_block, end_block, output, y,
           scratch)
}

void ck_winograd_transform_input(const ck_winograd *w, const ck_winograd_group *group,
                                 const ck_winograd_images *input, const void *x, float *transformed) {
  DISPATCH(w, transform_input, group, input, x, transformed)
}

void ck_winograd_transform_gradient(const ck_winograd *w, const ck_winograd_group *group,
                                    const ck_winograd_images *output, const void *dy, float *transformed,
                                    float *sums) {
  DISPATCH(w, transform_gradient, group, output, dy, transformed, sums)
}

void ck_winograd_multiply_gradient(const ck_winograd *w, const ck_winograd_group *group, int32_t inputs,
                                   int32_t outputs, const float *v, const float *d, bool is_adding,
                                   int32_t first_point, int32_t end_point, float *du) {
  DISPATCH(w, multiply_gradient, group, inputs, outputs, v, d, is_adding, first_point, end_point, du)
}

void ck_winograd_weight_gradient(const ck_winograd *w, int32_t inputs, int32_t outputs, const float *du,
                                 int32_t first_input, int32_t end_input, float *dw) {
  DISPATCH(w, weight_gradient, inputs, outputs, du, first_input, end_input, dw)
}
