// Max and average pooling over planes whose pixels are runs of `lanes` channels: 1 in N×C×H×W, 8 or 16 in
// oneDNN's blocked layouts, all channels in N×H×W×C. Sums are float32 and rounded once.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "element.h"

typedef struct {
  ck_element type;
  int32_t input_height, input_width;
  int32_t output_height, output_width;
  int32_t kernel_height, kernel_width;
  int32_t stride_height, stride_width;
  int32_t dilation_height, dilation_width;
  int32_t padding_top, padding_bottom, padding_left, padding_right;
  bool counts_padding;
  int32_t lanes;
  size_t planes; // Each is height × width × lanes.
} ck_pooling;

// The largest element of each window, and which tap it was: with ties the first, but the last NaN wins over everything.
// `taps` may be null.
void ck_max_pooling(const ck_pooling *pooling, const void *input, void *output, uint16_t *taps, int32_t threads);

// Each input element's gradient: the sum of the gradients of the outputs that it won.
void ck_max_pooling_gradient(const ck_pooling *pooling, const void *output_gradient, const uint16_t *taps,
                             void *input_gradient, int32_t threads);

// The mean of each window.
void ck_average_pooling(const ck_pooling *pooling, const void *input, void *output, int32_t threads);

// Each input element's gradient: the sum of its shares of the output gradients.
void ck_average_pooling_gradient(const ck_pooling *pooling, const void *output_gradient, void *input_gradient,
                                 int32_t threads);
