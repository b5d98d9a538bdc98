// Max and average pooling over planes whose pixels are runs of `lanes` channels: 1 in N×C×H×W, 8 or 16 in
// oneDNN's blocked layouts, all channels in N×H×W×C.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int32_t input_height, input_width;
  int32_t output_height, output_width;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t dilation_height, dilation_width;
  int32_t padding_top, padding_bottom, padding_left, padding_right;
  bool counts_padding;
  int32_t lanes;
} ck_pooling;

// The largest element of each window, and which tap it was: of equal ones the first, but the last NaN wins over
// all. `taps` may be null. One plane: input_height × input_width × lanes.
void ck_max_pooling(const ck_pooling *pooling, const float *input, float *output, uint16_t *taps);

// Adds each output's gradient to the input element that won; the rest is 0.
void ck_max_pooling_gradient(const ck_pooling *pooling, const float *output_gradient, const uint16_t *taps,
                             float *input_gradient);

// The mean of each window.
void ck_average_pooling(const ck_pooling *pooling, const float *input, float *output);

// Spreads each output's gradient evenly over its window.
void ck_average_pooling_gradient(const ck_pooling *pooling, const float *output_gradient,
                                 float *input_gradient);
