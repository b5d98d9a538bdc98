// What happens to whole parameters and gradients in float32, whatever the order of their elements.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// sum += gradient.
void ck_accumulate(const float *gradient, float *sum, size_t count);

// The sum of squares, in double precision and on one thread, so that it does not depend on their number.
double ck_sum_of_squares(const float *values, size_t count);

typedef struct {
  float learning_rate, momentum, weight_decay, gradient_scale;
  bool nesterov;
} ck_gradient_descent;

// One step of SGD as PyTorch defines it; velocity is null without momentum.
void ck_descend(const ck_gradient_descent *rule, float *values, const float *gradient, float *velocity,
                size_t count);
