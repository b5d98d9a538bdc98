#include "relu.h"
#include "vectorised.h"

CK_VECTORISED
void ck_relu(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float value = x[i];
    y[i] = value <= 0 ? 0 : value;
  }
}

CK_VECTORISED
void ck_relu_gradient(const float *y, const float *dy, float *dx, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float gradient = dy[i];
    dx[i] = y[i] <= 0 ? 0 : gradient;
  }
}
