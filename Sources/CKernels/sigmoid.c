#include "sigmoid.h"

#include <math.h>

#include "threads.h"

typedef struct {
  ck_element type;
  const void *x, *gradient;
  void *result;
} operands;

CK_INLINE float power_of_two(int32_t exponent) {
  const uint32_t bits = ((uint32_t)exponent + 127) << 23;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

// e^-|x| as 2^n · e^r, with -|x| = n · ln 2 + r and |r| ≤ ln 2 / 2.
//
// The error in units of u = 2^-24: ln 2 is split into a part of 9 bits, whose product with n is exact, and the rest, so
// that r is off by .25 u; the series omits less than .1 u after the seventh power; its last sums are rounded by 1 u and
// .35 u. That is less than 1.75 u together.
CK_INLINE float exponential_of_minus_magnitude(float x) {
  const float magnitude = fabsf(x);
  // From 104 on the result rounds to 0. NaN passes, since it does not compare larger.
  const float t = magnitude > 104 ? -104.0f : -magnitude;
  // The sum has the nearest integer in its last bits.
  const float shift = 0x1.8p23f;
  const float shifted = t * 0x1.715476p0f + shift;
  const float n = shifted - shift;
  const float r = (t - n * 0x1.63p-1f) - n * -0x1.bd0106p-13f;
  float series = 1.0f / 5040;
  series = series * r + 1.0f / 720;
  series = series * r + 1.0f / 120;
  series = series * r + 1.0f / 24;
  series = series * r + 1.0f / 6;
  series = series * r + 0.5f;
  series = series * r + 1.0f;
  series = series * r + 1.0f;
  int32_t exponent;
  memcpy(&exponent, &shifted, sizeof exponent);
  exponent -= 0x4B400000;
  // In two steps, since 2^n alone may be too small for a normal number.
  const int32_t half = exponent >> 1;
  return series * power_of_two(half) * power_of_two(exponent - half);
}

// With e = e^-|x|, which never overflows, σ(x) is 1 / (1 + e) for x ≥ 0 and e / (1 + e) below, where it has the relative
// error of e. The sum and the quotient are rounded by 1 u each: less than 3.75 u together, which is below 2^-22;
// over all numbers of float32 it is 3.01 u at most.
CK_INLINE float sigmoid(float x) {
  const float e = exponential_of_minus_magnitude(x);
  return (x >= 0 ? 1.0f : e) / (1.0f + e);
}

CK_INLINE float sigmoid_gradient(float y, float dy) { return dy * (y * (1.0f - y)); }

CK_VECTORIZED
static void sigmoid_float32(const float *x, float *y, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) y[i] = sigmoid(x[i]);
}

CK_VECTORIZED
static void sigmoid_bfloat16(const ck_bfloat16 *x, ck_bfloat16 *y, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) y[i] = ck_bfloat16_from_float(sigmoid(ck_float_from_bfloat16(x[i])));
}

CK_VECTORIZED
static void sigmoid_gradient_float32(const float *y, const float *dy, float *dx, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) dx[i] = sigmoid_gradient(y[i], dy[i]);
}

CK_VECTORIZED
static void sigmoid_gradient_bfloat16(const ck_bfloat16 *y, const ck_bfloat16 *dy, ck_bfloat16 *dx, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++)
    dx[i] = ck_bfloat16_from_float(sigmoid_gradient(ck_float_from_bfloat16(y[i]), ck_float_from_bfloat16(dy[i])));
}

static void sigmoid_run(size_t first, size_t end, void *context) {
  const operands *o = context;
  if (o->type == CK_FLOAT32)
    sigmoid_float32((const float *)o->x + first, (float *)o->result + first, end - first);
  else
    sigmoid_bfloat16((const ck_bfloat16 *)o->x + first, (ck_bfloat16 *)o->result + first, end - first);
}

static void sigmoid_gradient_run(size_t first, size_t end, void *context) {
  const operands *o = context;
  if (o->type == CK_FLOAT32)
    sigmoid_gradient_float32((const float *)o->x + first, (const float *)o->gradient + first,
                             (float *)o->result + first, end - first);
  else
    sigmoid_gradient_bfloat16((const ck_bfloat16 *)o->x + first, (const ck_bfloat16 *)o->gradient + first,
                              (ck_bfloat16 *)o->result + first, end - first);
}

void ck_sigmoid(ck_element type, const void *x, void *y, size_t count, int32_t threads) {
  operands o = {type, x, NULL, y};
  ck_parallel_runs(threads, count, CK_GRAIN, &o, sigmoid_run);
}

void ck_sigmoid_gradient(ck_element type, const void *y, const void *dy, void *dx, size_t count, int32_t threads) {
  operands o = {type, y, dy, dx};
  ck_parallel_runs(threads, count, CK_GRAIN, &o, sigmoid_gradient_run);
}

typedef struct {
  const ck_padded_lanes *padded;
  size_t element_size;
  char *y;
} padded_tensor;

// Clears the unused lanes of the last run of channels in some pixels of all images, counted from the first image's.
static void clear_run(size_t first, size_t end, void *context) {
  const padded_tensor *tensor = context;
  const ck_padded_lanes *p = tensor->padded;
  const size_t runs = (p->channels + p->lanes - 1) / p->lanes, used = p->channels % p->lanes;
  const size_t size = tensor->element_size;
  for (size_t i = first; i < end; i++) {
    const size_t image = i / p->pixels, pixel = i % p->pixels;
    const size_t run = ((image * runs + runs - 1) * p->pixels + pixel) * p->lanes;
    memset(tensor->y + (run + used) * size, 0, (p->lanes - used) * size);
  }
}

void ck_clear_padded_lanes(ck_element type, const ck_padded_lanes *padded, void *y, int32_t threads) {
  padded_tensor tensor = {padded, type == CK_FLOAT32 ? sizeof(float) : sizeof(ck_bfloat16), y};
  ck_parallel_runs(threads, padded->images * padded->pixels, CK_GRAIN, &tensor, clear_run);
}
