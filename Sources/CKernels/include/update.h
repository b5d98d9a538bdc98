// Operations on whole parameters and gradients in float32, whatever the order of their elements.
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

// rest is 1 − beta, step_size the learning rate divided by the correction of the first moment, and root_scale the
// factor that corrects the root of the second moment.
typedef struct {
  float decay, beta1, rest1, beta2, rest2, step_size, root_scale, epsilon, gradient_scale;
} ck_adamw;

// One step of AdamW as PyTorch defines it.
void ck_adamw_step(const ck_adamw *rule, float *values, const float *gradient, float *first, float *second,
                   size_t count);

// average ← average + share · (values − average).
void ck_average(float share, const float *values, float *average, size_t count);
