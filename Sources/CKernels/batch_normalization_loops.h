// The loops of batch normalization over one run of lanes of all images, for elements of one type: batch_normalization.c
// includes this file for each ELEMENT.
//
// All elements of a row are read before any is written, so that the compiler can vectorize the loops even if input and
// output are the same array.

#define JOIN_(left, right) left##right
#define JOIN(left, right) JOIN_(left, right)
#define NAME(function) JOIN(function##_, ELEMENT)
#define TYPE JOIN(ck_, ELEMENT)
#define LOAD JOIN(ck_float_from_, ELEMENT)
#define STORE(value) JOIN(JOIN(ck_, ELEMENT), _from_float)(value)

// Adds Σ (x − mean) of each lane, or Σ (x − mean)².
CK_INLINE void NAME(add_values)(const run_numbers *r, const TYPE *x, bool squared, double *sums, size_t start,
                                size_t rows, size_t stride, const int width) {
  for (size_t i = start; i < start + rows * stride; i += stride)
    for (int lane = 0; lane < width; lane++) {
      const double value = (double)LOAD(x[i + (size_t)lane]) - r->mean[lane];
      sums[lane] += squared ? value * value : value;
    }
}

CK_VECTORIZED
static void NAME(sum_values)(const ck_normalization *n, size_t channel, int width, const run_numbers *r,
                             const TYPE *x, bool squared, double *sums) {
  double total[16] = {0};
  FOR_ALL_ROWS(NAME(add_values), r, x, squared, total)
  collect(n, total, sums);
}

// Adds Σ dy and Σ dy · (x − mean) · scale of each lane.
CK_INLINE void NAME(add_gradients)(const run_numbers *r, const TYPE *x, const TYPE *dy, double *sums, double *products,
                                   size_t start, size_t rows, size_t stride, const int width) {
  for (size_t i = start; i < start + rows * stride; i += stride)
    for (int lane = 0; lane < width; lane++) {
      const double gradient = (double)LOAD(dy[i + (size_t)lane]);
      sums[lane] += gradient;
      products[lane] += gradient * (((double)LOAD(x[i + (size_t)lane]) - r->mean[lane]) * r->scale[lane]);
    }
}

CK_VECTORIZED
static void NAME(sum_gradients)(const ck_normalization *n, size_t channel, int width, const run_numbers *r,
                                const TYPE *x, const TYPE *dy, double *sums, double *products) {
  double total[16] = {0}, product[16] = {0};
  FOR_ALL_ROWS(NAME(add_gradients), r, x, dy, total, product)
  collect(n, total, sums);
  collect(n, product, products);
}

// y = (x − mean) · factor + shift; zero in lanes that belong to no channel.
CK_INLINE void NAME(normalize_rows)(const run_numbers *r, const TYPE *x, TYPE *y, size_t start, size_t rows,
                                    size_t stride, const int width) {
  for (size_t i = start; i < start + rows * stride; i += stride) {
    float values[16];
    for (int lane = 0; lane < width; lane++)
      values[lane] = (float)(((double)LOAD(x[i + (size_t)lane]) - r->mean[lane]) * r->factor[lane] + r->shift[lane]);
    for (int lane = 0; lane < width; lane++) y[i + (size_t)lane] = STORE(values[lane]);
  }
}

CK_VECTORIZED
static void NAME(normalize)(const ck_normalization *n, size_t channel, int width, const run_numbers *r, const TYPE *x,
                            TYPE *y) {
  FOR_ALL_ROWS(NAME(normalize_rows), r, x, y)
}

// dx = factor · (dy − mean gradient − (x − mean) · scale · mean product).
CK_INLINE void NAME(input_gradient_rows)(const run_numbers *r, const TYPE *x, const TYPE *dy, TYPE *dx, size_t start,
                                         size_t rows, size_t stride, const int width) {
  for (size_t i = start; i < start + rows * stride; i += stride) {
    float values[16];
    for (int lane = 0; lane < width; lane++) {
      const double normalized = ((double)LOAD(x[i + (size_t)lane]) - r->mean[lane]) * r->scale[lane];
      const double own = (double)LOAD(dy[i + (size_t)lane]) - r->mean_gradient[lane];
      values[lane] = (float)(r->factor[lane] * (own - normalized * r->mean_product[lane]));
    }
    for (int lane = 0; lane < width; lane++) dx[i + (size_t)lane] = STORE(values[lane]);
  }
}

CK_VECTORIZED
static void NAME(input_gradient)(const ck_normalization *n, size_t channel, int width, const run_numbers *r,
                                 const TYPE *x, const TYPE *dy, TYPE *dx) {
  FOR_ALL_ROWS(NAME(input_gradient_rows), r, x, dy, dx)
}

#undef JOIN_
#undef JOIN
#undef NAME
#undef TYPE
#undef LOAD
#undef STORE
