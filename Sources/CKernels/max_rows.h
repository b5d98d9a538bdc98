// Max pooling over float32 planes of one lane: a vector holds adjacent elements of a row, and the loops process a row
// for each tap.
#pragma once
#include <math.h>
#include <string.h>

#include "windows.h"

// The outputs whose windows have a tap inside the input.
CK_INLINE index_range outputs_of_tap(window_axis axis, int32_t tap) {
  const int32_t start = tap_index(axis, 0, tap);
  const int32_t end = start < axis.extent ? (axis.extent - 1 - start) / axis.stride + 1 : 0;
  return (index_range){start >= 0 ? 0 : (axis.stride - 1 - start) / axis.stride,
                       end < axis.outputs ? end : axis.outputs};
}

// Rows are short: with several vectors per iteration, most of their elements would be left to the scalar remainder.
#define FOR_ROW(index, count)                                  \
  _Pragma("clang loop vectorize_width(8) interleave_count(1)") \
  for (int32_t index = 0; index < (count); index++)

// One tap of `count` adjacent windows; inlined with a constant stride.
CK_INLINE void max_of_tap(const float *restrict input, float *restrict largest, int32_t count,
                          const int32_t stride) {
  FOR_ROW(i, count) {
    const float value = input[(size_t)i * (size_t)stride], other = largest[i];
    const bool wins = (value > other) | (value != value);
    largest[i] = wins ? value : other;
  }
}

// The same, recording which tap won.
CK_INLINE void winner_of_tap(const float *restrict input, float *restrict largest, uint16_t *restrict winners,
                             uint16_t tap, int32_t count, const int32_t stride) {
  FOR_ROW(i, count) {
    const float value = input[(size_t)i * (size_t)stride], other = largest[i];
    const bool wins = (value > other) | (value != value);
    largest[i] = wins ? value : other;
    winners[i] = wins ? tap : winners[i];
  }
}

CK_INLINE void take_tap(const float *input, float *largest, uint16_t *winners, uint16_t tap, int32_t count,
                        const int32_t stride) {
  if (winners == NULL)
    max_of_tap(input, largest, count, stride);
  else
    winner_of_tap(input, largest, winners, tap, count, stride);
}

CK_INLINE void max_of_row(const ck_pooling *p, int32_t row, const float *input, float *output, uint16_t *taps) {
  const index_range rows = valid_taps(vertical(p), row);
  for (int32_t column = 0; column < p->output_width; column++) {
    output[column] = -INFINITY;
    if (taps == NULL) continue;
    taps[column] = (uint16_t)(rows.first * p->kernel_width + valid_taps(horizontal(p), column).first);
  }
  for (int32_t i = rows.first; i < rows.end; i++) {
    const float *input_row = input + (size_t)tap_index(vertical(p), row, i) * (size_t)p->input_width;
    for (int32_t j = 0; j < p->kernel_width; j++) {
      const index_range columns = outputs_of_tap(horizontal(p), j);
      const int32_t count = columns.end - columns.first;
      if (count <= 0) continue;
      const float *candidates = input_row + tap_index(horizontal(p), columns.first, j);
      float *largest = output + columns.first;
      uint16_t *winners = taps == NULL ? NULL : taps + columns.first;
      const uint16_t tap = (uint16_t)(i * p->kernel_width + j);
      if (p->stride_width == 2)
        take_tap(candidates, largest, winners, tap, count, 2);
      else
        take_tap(candidates, largest, winners, tap, count, p->stride_width);
    }
  }
}

CK_VECTORIZED
static void max_rows(const ck_pooling *p, size_t plane, const float *input, float *output, uint16_t *taps) {
  const size_t width = (size_t)p->output_width, height = (size_t)p->output_height;
  input += plane * (size_t)p->input_height * (size_t)p->input_width;
  for (size_t row = 0; row < height; row++) {
    const size_t start = (plane * height + row) * width;
    max_of_row(p, (int32_t)row, input, output + start, taps == NULL ? NULL : taps + start);
  }
}

// Adds each output's gradient to the element that won. A window entirely in the padding has none.
static void max_gradient_rows(const ck_pooling *p, size_t plane, const float *output_gradient,
                              float *input_gradient, const uint16_t *taps) {
  const size_t outputs = (size_t)p->output_height * (size_t)p->output_width;
  const size_t inputs = (size_t)p->input_height * (size_t)p->input_width;
  output_gradient += plane * outputs;
  taps += plane * outputs;
  input_gradient += plane * inputs;
  memset(input_gradient, 0, inputs * sizeof *input_gradient);
  for (int32_t row = 0; row < p->output_height; row++) {
    for (int32_t column = 0; column < p->output_width; column++, output_gradient++, taps++) {
      const int32_t i = tap_index(vertical(p), row, *taps / p->kernel_width);
      const int32_t j = tap_index(horizontal(p), column, *taps % p->kernel_width);
      if (i < 0 || i >= p->input_height || j < 0 || j >= p->input_width) continue;
      input_gradient[(size_t)i * (size_t)p->input_width + (size_t)j] += *output_gradient;
    }
  }
}
