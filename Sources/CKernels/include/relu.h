// ReLU, which keeps NaN as PyTorch does: NaN <= 0 is false.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "element.h"

// y = x <= 0 ? 0 : x; x and y may be the same.
void ck_relu(ck_element type, const void *x, void *y, size_t count, int32_t threads);

// dx = y <= 0 ? 0 : dy, for the output y of the forward pass; dy and dx may be the same.
void ck_relu_gradient(ck_element type, const void *y, const void *dy, void *dx, size_t count, int32_t threads);
