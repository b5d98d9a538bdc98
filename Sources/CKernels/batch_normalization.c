#include "batch_normalization.h"

#include "threads.h"

// The constants of the channels of one run of lanes; in a plain tensor the only lane is a channel, repeated sixteen
// times.
typedef struct {
  double mean[16], scale[16], factor[16], shift[16], mean_gradient[16], mean_product[16];
} run_numbers;

// The index of a channel's first element in an image.
CK_INLINE size_t run_offset(const ck_normalization *n, size_t image, size_t channel) {
  const size_t blocks = (n->channels + n->lanes - 1) / n->lanes;
  return (image * blocks + channel / n->lanes) * n->pixels * n->lanes + channel % n->lanes;
}

// Calls function(…, start, rows, stride, width) for the planes of all images, with constant widths. A row is the run's
// lanes of one pixel; in a plain tensor it is sixteen pixels, with the remaining pixels one by one.
#define FOR_ALL_ROWS(function, ...)                                                    \
  const bool plain = n->lanes == 1;                                                    \
  const size_t stride = plain ? 16 : n->lanes, rows = plain ? n->pixels / 16 : n->pixels; \
  for (size_t image = 0; image < n->images; image++) {                                 \
    const size_t start = run_offset(n, image, channel);                                \
    if (plain || width == 16) {                                                        \
      function(__VA_ARGS__, start, rows, stride, 16);                                  \
    } else if (width == 8) {                                                           \
      function(__VA_ARGS__, start, rows, stride, 8);                                   \
    } else {                                                                           \
      function(__VA_ARGS__, start, rows, stride, width);                               \
    }                                                                                  \
    if (plain) function(__VA_ARGS__, start + rows * 16, n->pixels % 16, 1, 1);         \
  }

// The sums of the lanes; in a plain tensor, where each lane has summed every sixteenth pixel, their total in the first.
CK_INLINE void collect(const ck_normalization *n, const double *total, double *sums) {
  for (int lane = 0; lane < 16; lane++) sums[lane] = total[lane];
  if (n->lanes > 1) return;
  for (int lane = 1; lane < 16; lane++) sums[0] += total[lane];
}

#define ELEMENT float32
#include "batch_normalization_loops.h"
#undef ELEMENT

#define ELEMENT bfloat16
#include "batch_normalization_loops.h"
#undef ELEMENT

#define FOR_ELEMENT(n, function, ...) \
  ((n)->type == CK_FLOAT32 ? function##_float32(n, __VA_ARGS__) : function##_bfloat16(n, __VA_ARGS__))

typedef struct {
  const ck_normalization *n;
  bool training, squared;
  const void *x, *dy;
  const float *gamma, *beta;
  const ck_statistics *statistics;
  double *sums, *products;
  void *result;
} operands;

// The statistics of the channels of a run, 0 in lanes that belong to no channel.
static run_numbers numbers_of_run(const operands *o, size_t channel, size_t valid) {
  run_numbers r = {0};
  for (size_t lane = 0; lane < (o->n->lanes == 1 ? 16 : valid); lane++) {
    const size_t c = o->n->lanes == 1 ? channel : channel + lane;
    r.mean[lane] = o->statistics[c].mean;
    r.scale[lane] = o->statistics[c].scale;
    r.factor[lane] = o->gamma == NULL ? 0 : o->gamma[c] * o->statistics[c].scale;
    r.shift[lane] = o->beta == NULL ? 0 : o->beta[c];
    r.mean_gradient[lane] = o->statistics[c].mean_gradient;
    r.mean_product[lane] = o->statistics[c].mean_product;
  }
  return r;
}

static void sums_run(const operands *o, size_t channel, int width, size_t valid) {
  const run_numbers zero = {0}, r = o->squared ? numbers_of_run(o, channel, valid) : zero;
  double sums[16];
  FOR_ELEMENT(o->n, sum_values, channel, width, &r, o->x, o->squared, sums);
  for (size_t lane = 0; lane < valid; lane++) o->sums[channel + lane] = sums[lane];
}

static void gradient_sums_run(const operands *o, size_t channel, int width, size_t valid) {
  const run_numbers r = numbers_of_run(o, channel, valid);
  double sums[16], products[16];
  FOR_ELEMENT(o->n, sum_gradients, channel, width, &r, o->x, o->dy, sums, products);
  for (size_t lane = 0; lane < valid; lane++) {
    o->sums[channel + lane] = sums[lane];
    o->products[channel + lane] = products[lane];
  }
}

static void normalize_run(const operands *o, size_t channel, int width, size_t valid) {
  const run_numbers r = numbers_of_run(o, channel, valid);
  FOR_ELEMENT(o->n, normalize, channel, width, &r, o->x, o->result);
}

static void input_gradient_run(const operands *o, size_t channel, int width, size_t valid) {
  run_numbers r = numbers_of_run(o, channel, valid);
  for (size_t lane = 0; lane < 16 && !o->training; lane++) r.mean_gradient[lane] = r.mean_product[lane] = 0;
  FOR_ELEMENT(o->n, input_gradient, channel, width, &r, o->x, o->dy, o->result);
}

// Calls a loop for the runs of the blocks from first to end, at most sixteen lanes each.
#define DEFINE_BLOCKS(name)                                                             \
  static void name##_blocks(size_t first, size_t end, void *context) {                  \
    const operands *o = context;                                                        \
    const size_t lanes = o->n->lanes;                                                   \
    for (size_t channel = first * lanes; channel < end * lanes;) {                      \
      const size_t rest = lanes - channel % lanes, width = rest < 16 ? rest : 16;       \
      const size_t left = channel < o->n->channels ? o->n->channels - channel : 0;      \
      name##_run(o, channel, (int)width, left < width ? left : width);                  \
      channel += width;                                                                 \
    }                                                                                   \
  }

DEFINE_BLOCKS(sums)
DEFINE_BLOCKS(gradient_sums)
DEFINE_BLOCKS(normalize)
DEFINE_BLOCKS(input_gradient)

// Distributes the blocks, in a plain tensor the channels, over the threads.
static void for_all_blocks(const ck_normalization *n, int32_t threads, operands *o,
                           void (*body)(size_t first, size_t end, void *context)) {
  const size_t grain = 1 + CK_GRAIN / (n->images * n->pixels * n->lanes + 1);
  ck_parallel_runs(threads, (n->channels + n->lanes - 1) / n->lanes, grain, o, body);
}

void ck_normalization_sums(const ck_normalization *n, const void *x, const ck_statistics *statistics, bool squared,
                           double *sums, int32_t threads) {
  operands o = {.n = n, .squared = squared, .x = x, .statistics = statistics, .sums = sums};
  for_all_blocks(n, threads, &o, sums_blocks);
}

void ck_normalization_gradient_sums(const ck_normalization *n, const void *x, const void *dy,
                                    const ck_statistics *statistics, double *sums, double *products, int32_t threads) {
  operands o = {.n = n, .x = x, .dy = dy, .statistics = statistics, .sums = sums, .products = products};
  for_all_blocks(n, threads, &o, gradient_sums_blocks);
}

void ck_normalize(const ck_normalization *n, const void *x, const float *gamma, const float *beta,
                  const ck_statistics *statistics, void *y, int32_t threads) {
  operands o = {.n = n, .x = x, .gamma = gamma, .beta = beta, .statistics = statistics, .result = y};
  for_all_blocks(n, threads, &o, normalize_blocks);
}

void ck_normalize_input_gradient(const ck_normalization *n, bool training, const void *x, const void *dy,
                                 const float *gamma, const ck_statistics *statistics, void *dx, int32_t threads) {
  operands o = {.n = n, .training = training, .x = x, .dy = dy, .gamma = gamma, .statistics = statistics, .result = dx};
  for_all_blocks(n, threads, &o, input_gradient_blocks);
}
