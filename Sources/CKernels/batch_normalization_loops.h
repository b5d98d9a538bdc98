// The loops of batch normalization for one type of elements, included once for each: over one run of `width` lanes of
// all images, for channels from `channel` on. The width is a constant where the loop is inlined.

#define NAME_(prefix, type) prefix##_##type
#define NAME(prefix, type) NAME_(prefix, type)
#define LOOP(prefix) NAME(prefix, ELEMENT)
#define TYPE NAME(ck, ELEMENT)
#define TO_FLOAT(value) NAME(ck_float_from, ELEMENT)(value)
#define FROM_FLOAT(value) NAME_OF_FROM(ELEMENT)(value)
#define NAME_OF_FROM(type) NAME_OF_FROM_(type)
#define NAME_OF_FROM_(type) ck_##type##_from_float

// Adds up Σ (x − shift) or, squared, Σ (x − shift)² of each lane, and Σ dy and Σ dy · (x − shift) · scale.
CK_INLINE void LOOP(sum_lanes)(const ck_normalization *n, size_t channel, const TYPE *x, const double *shift,
                               bool squared, double *sums, int width) {
  double total[16] = {0};
  for (size_t image = 0; image < n->images; image++) {
    const TYPE *plane = x + run_offset(n, image, channel);
    for (size_t pixel = 0; pixel < n->pixels; pixel++)
      for (int lane = 0; lane < width; lane++) {
        const double value = (double)TO_FLOAT(plane[pixel * n->lanes + lane]) - shift[lane];
        total[lane] += squared ? value * value : value;
      }
  }
  for (int lane = 0; lane < width; lane++) sums[lane] = total[lane];
}

CK_INLINE void LOOP(sum_gradient_lanes)(const ck_normalization *n, size_t channel, const TYPE *x, const TYPE *dy,
                                        const ck_statistics *s, double *gradients, double *products, int width) {
  double total[16] = {0}, product[16] = {0};
  for (size_t image = 0; image < n->images; image++) {
    const size_t offset = run_offset(n, image, channel);
    for (size_t pixel = 0; pixel < n->pixels; pixel++)
      for (int lane = 0; lane < width; lane++) {
        const size_t i = offset + pixel * n->lanes + lane;
        const double gradient = TO_FLOAT(dy[i]);
        total[lane] += gradient;
        product[lane] += gradient * (((double)TO_FLOAT(x[i]) - s[lane].mean) * s[lane].scale);
      }
  }
  for (int lane = 0; lane < width; lane++) {
    gradients[lane] = total[lane];
    products[lane] = product[lane];
  }
}

// y = γ · (x − mean) · scale + β; zero in lanes that belong to no channel.
CK_INLINE void LOOP(normalize_lanes)(const ck_normalization *n, size_t channel, const TYPE *x, const double *mean,
                                     const double *factor, const double *shift, TYPE *y, int width) {
  for (size_t image = 0; image < n->images; image++) {
    const size_t offset = run_offset(n, image, channel);
    for (size_t pixel = 0; pixel < n->pixels; pixel++)
      for (int lane = 0; lane < width; lane++) {
        const size_t i = offset + pixel * n->lanes + lane;
        const double value = ((double)TO_FLOAT(x[i]) - mean[lane]) * factor[lane] + shift[lane];
        y[i] = FROM_FLOAT((float)value);
      }
  }
}

// dx = factor · (dy − mean gradient − (x − mean) · scale · mean product).
CK_INLINE void LOOP(input_gradient_lanes)(const ck_normalization *n, size_t channel, const TYPE *x, const TYPE *dy,
                                          const ck_statistics *s, const double *factor, TYPE *dx, int width) {
  for (size_t image = 0; image < n->images; image++) {
    const size_t offset = run_offset(n, image, channel);
    for (size_t pixel = 0; pixel < n->pixels; pixel++)
      for (int lane = 0; lane < width; lane++) {
        const size_t i = offset + pixel * n->lanes + lane;
        const double normalized = ((double)TO_FLOAT(x[i]) - s[lane].mean) * s[lane].scale;
        const double own = (double)TO_FLOAT(dy[i]) - s[lane].mean_gradient - normalized * s[lane].mean_product;
        dx[i] = FROM_FLOAT((float)(factor[lane] * own));
      }
  }
}

#define DEFINE_WIDTHS(name, parameters, ...)                                    \
  CK_VECTORISED static void LOOP(name) parameters {                             \
    if (width == 16) LOOP(name##_lanes)(__VA_ARGS__, 16);                       \
    else if (width == 8) LOOP(name##_lanes)(__VA_ARGS__, 8);                    \
    else if (width == 1) LOOP(name##_lanes)(__VA_ARGS__, 1);                    \
    else LOOP(name##_lanes)(__VA_ARGS__, width);                                \
  }

DEFINE_WIDTHS(sum, (const ck_normalization *n, size_t channel, const TYPE *x, const double *shift, bool squared,
                    double *sums, int width), n, channel, x, shift, squared, sums)
DEFINE_WIDTHS(sum_gradient, (const ck_normalization *n, size_t channel, const TYPE *x, const TYPE *dy,
                             const ck_statistics *s, double *gradients, double *products, int width),
              n, channel, x, dy, s, gradients, products)
DEFINE_WIDTHS(normalize, (const ck_normalization *n, size_t channel, const TYPE *x, const double *mean,
                          const double *factor, const double *shift, TYPE *y, int width),
              n, channel, x, mean, factor, shift, y)
DEFINE_WIDTHS(input_gradient, (const ck_normalization *n, size_t channel, const TYPE *x, const TYPE *dy,
                               const ck_statistics *s, const double *factor, TYPE *dx, int width),
              n, channel, x, dy, s, factor, dx)

#undef DEFINE_WIDTHS
#undef NAME_
#undef NAME
#undef LOOP
#undef TYPE
#undef TO_FLOAT
#undef FROM_FLOAT
#undef NAME_OF_FROM
#undef NAME_OF_FROM_
