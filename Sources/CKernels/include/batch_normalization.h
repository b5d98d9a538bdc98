// Batch normalization over planes whose pixels are runs of `lanes` channels. Sums are float64, each channel's by one
// thread in a fixed order.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "element.h"

typedef struct {
  ck_element type;
  size_t images, channels, pixels, lanes;
} ck_normalization;

// The statistics of a channel: its mean, the reciprocal of its deviation, and in the backward pass the batch means of
// the output's gradient and of its product with the normalized input.
typedef struct {
  double mean, scale, mean_gradient, mean_product;
} ck_statistics;

// The sum of each channel, or of the squared differences from its mean.
void ck_normalization_sums(const ck_normalization *n, const void *x, const ck_statistics *statistics, bool squared,
                           double *sums, int32_t threads);

// The sums of each channel of the output's gradient, and of its product with the normalized input.
void ck_normalization_gradient_sums(const ck_normalization *n, const void *x, const void *dy,
                                    const ck_statistics *statistics, double *sums, double *products, int32_t threads);

// Normalizes, scales and shifts.
void ck_normalize(const ck_normalization *n, const void *x, const float *gamma, const float *beta,
                  const ck_statistics *statistics, void *y, int32_t threads);

// The gradient of the input; without `training` the statistics are constants.
void ck_normalize_input_gradient(const ck_normalization *n, bool training, const void *x, const void *dy,
                                 const float *gamma, const ck_statistics *statistics, void *dx, int32_t threads);
