#include "update.h"

#include "vectorized.h"

CK_VECTORIZED
void ck_accumulate(const float *gradient, float *sum, size_t count) {
  for (size_t i = 0; i < count; i++) sum[i] += gradient[i];
}

CK_VECTORIZED
static void descend(const ck_gradient_descent *rule, float *values, const float *gradient, size_t count) {
  const float rate = rule->learning_rate, decay = rule->weight_decay, scale = rule->gradient_scale;
  for (size_t i = 0; i < count; i++) values[i] -= rate * (scale * gradient[i] + decay * values[i]);
}

CK_VECTORIZED
static void descend_with_momentum(const ck_gradient_descent *rule, float *values, const float *gradient,
                                  float *velocity, size_t count) {
  const float rate = rule->learning_rate, decay = rule->weight_decay, scale = rule->gradient_scale;
  const float momentum = rule->momentum;
  const float ahead = rule->nesterov ? momentum : 1, direct = rule->nesterov ? 1 : 0;
  for (size_t i = 0; i < count; i++) {
    const float slope = scale * gradient[i] + decay * values[i];
    velocity[i] = momentum * velocity[i] + slope;
    values[i] -= rate * (direct * slope + ahead * velocity[i]);
  }
}

void ck_descend(const ck_gradient_descent *rule, float *values, const float *gradient, float *velocity,
                size_t count) {
  if (velocity == NULL)
    descend(rule, values, gradient, count);
  else
    descend_with_momentum(rule, values, gradient, velocity, count);
}

CK_VECTORIZED
void ck_adamw_step(const ck_adamw *rule, float *values, const float *gradient, float *first, float *second,
                   size_t count) {
  const ck_adamw r = *rule;
  for (size_t i = 0; i < count; i++) {
    const float slope = r.gradient_scale * gradient[i];
    const float mean = r.beta1 * first[i] + r.rest1 * slope;
    const float square = r.beta2 * second[i] + r.rest2 * slope * slope;
    first[i] = mean;
    second[i] = square;
    // Not sqrtf, which may set errno and so prevents vectorization of the loop.
    const float root = __builtin_elementwise_sqrt(square);
    values[i] -= r.decay * values[i] + r.step_size * mean / (r.root_scale * root + r.epsilon);
  }
}

CK_VECTORIZED
void ck_average(float share, const float *values, float *average, size_t count) {
  for (size_t i = 0; i < count; i++) average[i] += share * (values[i] - average[i]);
}

CK_VECTORIZED
double ck_sum_of_squares(const float *values, size_t count) {
  enum { width = 16 };
  double partial[width] = {0};
  size_t i = 0;
  for (; i + width <= count; i += width)
    for (size_t lane = 0; lane < width; lane++) partial[lane] += (double)values[i + lane] * values[i + lane];
  for (; i < count; i++) partial[0] += (double)values[i] * values[i];
  double total = 0;
  for (size_t lane = 0; lane < width; lane++) total += partial[lane];
  return total;
}
