// Batch normalization over planes whose pixels are runs of `lanes` channels. Statistics and sums are float64, taken in
// two passes (mean, then the squares of what differs from it), each channel by one thread in a fixed order.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "element.h"

typedef struct {
  ck_element type;
  size_t images, channels, pixels, lanes;
  double epsilon, momentum;
} ck_normalization;

// What a forward pass keeps of a channel: its mean, one over its deviation, and in the backward pass the means over the
// batch of the output's gradient and of its product with the normalized input.
typedef struct {
  double mean, scale, mean_gradient, mean_product;
} ck_statistics;

// Normalizes by the statistics of the batch and updates the running ones, or normalizes by these where `training` is
// false. `statistics` has an element for each channel.
void ck_normalize(const ck_normalization *n, bool training, const void *x, const float *gamma, const float *beta,
                  float *running_mean, float *running_variance, ck_statistics *statistics, void *y, int32_t threads);

// The gradients of the scale and the shift, from the statistics of the forward pass; keeps the means for the input's.
void ck_normalize_parameter_gradients(const ck_normalization *n, const void *x, const void *dy,
                                      ck_statistics *statistics, float *dgamma, float *dbeta, int32_t threads);

// The gradient of the input, after that of the parameters.
void ck_normalize_input_gradient(const ck_normalization *n, bool training, const void *x, const void *dy,
                                 const float *gamma, const ck_statistics *statistics, void *dx, int32_t threads);
