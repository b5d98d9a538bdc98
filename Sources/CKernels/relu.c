#include "relu.h"

#include "threads.h"

typedef struct {
  ck_element type;
  const void *x, *gradient;
  void *result;
} operands;

CK_VECTORIZED
static void relu_float32(const float *x, float *y, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) {
    const float value = x[i];
    y[i] = value <= 0 ? 0 : value;
  }
}

// Whether a bfloat16 is positive, NaN or 0, from its bits as an integer: the negative numbers down to -∞ are the
// integers from -32768 to -128, and the NaNs with a sign those from -127 to -1.
CK_INLINE int passes(ck_bfloat16 value) { return (int16_t)value > -128; }

CK_VECTORIZED
static void relu_bfloat16(const ck_bfloat16 *x, ck_bfloat16 *y, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) {
    const ck_bfloat16 value = x[i];
    y[i] = passes(value) ? value : 0;
  }
}

CK_VECTORIZED
static void relu_gradient_float32(const float *y, const float *dy, float *dx, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) {
    const float gradient = dy[i];
    dx[i] = y[i] <= 0 ? 0 : gradient;
  }
}

CK_VECTORIZED
static void relu_gradient_bfloat16(const ck_bfloat16 *y, const ck_bfloat16 *dy, ck_bfloat16 *dx, size_t count) {
  CK_ELEMENT_BY_ELEMENT
  for (size_t i = 0; i < count; i++) {
    const ck_bfloat16 value = y[i], gradient = dy[i];
    dx[i] = (passes(value) & (value != 0)) ? gradient : 0;
  }
}

static void relu_run(size_t first, size_t end, void *context) {
  const operands *o = context;
  if (o->type == CK_FLOAT32)
    relu_float32((const float *)o->x + first, (float *)o->result + first, end - first);
  else
    relu_bfloat16((const ck_bfloat16 *)o->x + first, (ck_bfloat16 *)o->result + first, end - first);
}

static void relu_gradient_run(size_t first, size_t end, void *context) {
  const operands *o = context;
  if (o->type == CK_FLOAT32)
    relu_gradient_float32((const float *)o->x + first, (const float *)o->gradient + first,
                          (float *)o->result + first, end - first);
  else
    relu_gradient_bfloat16((const ck_bfloat16 *)o->x + first, (const ck_bfloat16 *)o->gradient + first,
                           (ck_bfloat16 *)o->result + first, end - first);
}

void ck_relu(ck_element type, const void *x, void *y, size_t count, int32_t threads) {
  operands o = {type, x, NULL, y};
  ck_parallel_runs(threads, count, CK_GRAIN, &o, relu_run);
}

void ck_relu_gradient(ck_element type, const void *y, const void *dy, void *dx, size_t count, int32_t threads) {
  operands o = {type, y, dy, dx};
  ck_parallel_runs(threads, count, CK_GRAIN, &o, relu_gradient_run);
}
