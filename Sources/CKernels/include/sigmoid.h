// The logistic function 1 / (1 + e^-x), which keeps NaN.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "element.h"

// y = 1 / (1 + e^-x); x and y may be the same. In float32 the relative error of y is less than 2^-22, and below 2^-126
// its absolute error at most 2^-149; in bfloat16 that is rounded once more.
void ck_sigmoid(ck_element type, const void *x, void *y, size_t count, int32_t threads);

// dx = dy · y · (1 - y), for the output y of the forward pass; dy and dx may be the same. In float32 the relative error
// of dx is less than 2^-22.
void ck_sigmoid_gradient(ck_element type, const void *y, const void *dy, void *dx, size_t count, int32_t threads);

// Images whose channels are stored in runs of `lanes`, where the last run is not full.
typedef struct {
  size_t images, channels, pixels, lanes;
} ck_padded_lanes;

// Sets the lanes that belong to no channel to 0, where the sigmoid has written 1/2.
void ck_clear_padded_lanes(ck_element type, const ck_padded_lanes *padded, void *y, int32_t threads);
