#include "pooling.h"

#include <math.h>
#include <string.h>

#include "vectorised.h"

// The taps of one window that lie inside the input, along one axis.
typedef struct {
  int32_t first, end, origin;
} tap_range;

CK_INLINE tap_range valid_taps(int32_t output, int32_t stride, int32_t padding, int32_t kernel,
                               int32_t dilation, int32_t extent) {
  tap_range range = {0, kernel, output * stride - padding};
  while (range.first < kernel && range.origin + range.first * dilation < 0) range.first++;
  while (range.end > range.first && range.origin + (range.end - 1) * dilation >= extent) range.end--;
  return range;
}

CK_INLINE tap_range valid_rows(const ck_pooling *p, int32_t row) {
  return valid_taps(row, p->stride_height, p->padding_top, p->kernel_height, p->dilation_height,
                    p->input_height);
}

CK_INLINE tap_range valid_columns(const ck_pooling *p, int32_t column) {
  return valid_taps(column, p->stride_width, p->padding_left, p->kernel_width, p->dilation_width,
                    p->input_width);
}

CK_INLINE size_t tap_offset(const ck_pooling *p, tap_range rows, tap_range columns, int32_t i, int32_t j) {
  const size_t row = (size_t)(rows.origin + i * p->dilation_height);
  const size_t column = (size_t)(columns.origin + j * p->dilation_width);
  return (row * (size_t)p->input_width + column) * (size_t)p->lanes;
}

// `width` neighbouring lanes of one window; a constant where it is inlined, so that they stay in registers.
CK_INLINE void max_of_window(const ck_pooling *p, tap_range rows, tap_range columns, const float *input,
                             float *output, uint16_t *taps, const int32_t width) {
  float largest[16];
  uint32_t winner[16];
  for (int32_t lane = 0; lane < width; lane++) {
    largest[lane] = -INFINITY;
    winner[lane] = (uint32_t)(rows.first * p->kernel_width + columns.first);
  }
  for (int32_t i = rows.first; i < rows.end; i++) {
    for (int32_t j = columns.first; j < columns.end; j++) {
      const float *candidates = input + tap_offset(p, rows, columns, i, j);
      const uint32_t tap = (uint32_t)(i * p->kernel_width + j);
      for (int32_t lane = 0; lane < width; lane++) {
        const float value = candidates[lane];
        const bool wins = (value > largest[lane]) | (value != value);
        largest[lane] = wins ? value : largest[lane];
        winner[lane] = wins ? tap : winner[lane];
      }
    }
  }
  for (int32_t lane = 0; lane < width; lane++) output[lane] = largest[lane];
  if (taps == NULL) return;
  for (int32_t lane = 0; lane < width; lane++) taps[lane] = (uint16_t)winner[lane];
}

CK_VECTORISED
void ck_max_pooling(const ck_pooling *p, const float *input, float *output, uint16_t *taps) {
  const int32_t lanes = p->lanes;
  for (int32_t row = 0; row < p->output_height; row++) {
    const tap_range rows = valid_rows(p, row);
    for (int32_t column = 0; column < p->output_width; column++) {
      const tap_range columns = valid_columns(p, column);
      const size_t pixel = ((size_t)row * (size_t)p->output_width + (size_t)column) * (size_t)lanes;
      int32_t lane = 0;
      for (; lane + 16 <= lanes; lane += 16)
        max_of_window(p, rows, columns, input + lane, output + pixel + lane, taps ? taps + pixel + lane : NULL, 16);
      for (; lane + 8 <= lanes; lane += 8)
        max_of_window(p, rows, columns, input + lane, output + pixel + lane, taps ? taps + pixel + lane : NULL, 8);
      for (; lane < lanes; lane++)
        max_of_window(p, rows, columns, input + lane, output + pixel + lane, taps ? taps + pixel + lane : NULL, 1);
    }
  }
}

void ck_max_pooling_gradient(const ck_pooling *p, const float *output_gradient, const uint16_t *taps,
                             float *input_gradient) {
  const size_t lanes = (size_t)p->lanes;
  memset(input_gradient, 0, (size_t)p->input_height * (size_t)p->input_width * lanes * sizeof(float));
  for (int32_t row = 0; row < p->output_height; row++) {
    for (int32_t column = 0; column < p->output_width; column++) {
      const int32_t top = row * p->stride_height - p->padding_top;
      const int32_t left = column * p->stride_width - p->padding_left;
      for (size_t lane = 0; lane < lanes; lane++, output_gradient++, taps++) {
        const int32_t i = top + *taps / p->kernel_width * p->dilation_height;
        const int32_t j = left + *taps % p->kernel_width * p->dilation_width;
        input_gradient[((size_t)i * (size_t)p->input_width + (size_t)j) * lanes + lane] += *output_gradient;
      }
    }
  }
}

// How many elements a window's sum is divided by. With padding counted, what a window has beyond the padded
// input still does not count.
CK_INLINE float divisor(const ck_pooling *p, tap_range rows, tap_range columns) {
  if (!p->counts_padding) return (float)((rows.end - rows.first) * (columns.end - columns.first));
  const int32_t below = rows.origin + p->kernel_height - (p->input_height + p->padding_bottom);
  const int32_t beyond = columns.origin + p->kernel_width - (p->input_width + p->padding_right);
  const int32_t height = p->kernel_height - (below > 0 ? below : 0);
  const int32_t width = p->kernel_width - (beyond > 0 ? beyond : 0);
  return (float)(height * width);
}

CK_VECTORISED
void ck_average_pooling(const ck_pooling *p, const float *input, float *output) {
  const size_t lanes = (size_t)p->lanes;
  for (int32_t row = 0; row < p->output_height; row++) {
    const tap_range rows = valid_rows(p, row);
    for (int32_t column = 0; column < p->output_width; column++, output += lanes) {
      const tap_range columns = valid_columns(p, column);
      const float count = divisor(p, rows, columns);
      for (size_t lane = 0; lane < lanes; lane++) output[lane] = 0;
      for (int32_t i = rows.first; i < rows.end; i++) {
        for (int32_t j = columns.first; j < columns.end; j++) {
          const float *tap = input + tap_offset(p, rows, columns, i, j);
          for (size_t lane = 0; lane < lanes; lane++) output[lane] += tap[lane];
        }
      }
      for (size_t lane = 0; lane < lanes; lane++) output[lane] /= count;
    }
  }
}

CK_VECTORISED
void ck_average_pooling_gradient(const ck_pooling *p, const float *output_gradient, float *input_gradient) {
  const size_t lanes = (size_t)p->lanes;
  memset(input_gradient, 0, (size_t)p->input_height * (size_t)p->input_width * lanes * sizeof(float));
  for (int32_t row = 0; row < p->output_height; row++) {
    const tap_range rows = valid_rows(p, row);
    for (int32_t column = 0; column < p->output_width; column++, output_gradient += lanes) {
      const tap_range columns = valid_columns(p, column);
      const float count = divisor(p, rows, columns);
      for (int32_t i = rows.first; i < rows.end; i++) {
        for (int32_t j = columns.first; j < columns.end; j++) {
          float *tap = input_gradient + tap_offset(p, rows, columns, i, j);
          for (size_t lane = 0; lane < lanes; lane++) tap[lane] += output_gradient[lane] / count;
        }
      }
    }
  }
}
