// ReLU, which keeps NaN as PyTorch does: NaN <= 0 is false.
#pragma once
#include <stddef.h>

// y = x <= 0 ? 0 : x; x and y may be the same.
void ck_relu(const float *x, float *y, size_t count);

// dx = y <= 0 ? 0 : dy, for the output y of the forward pass; dy and dx may be the same.
void ck_relu_gradient(const float *y, const float *dy, float *dx, size_t count);
