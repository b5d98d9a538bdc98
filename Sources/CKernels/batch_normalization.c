#include "batch_normalization.h"

#include <math.h>

#include "threads.h"

// The index of a channel's first element in an image.
CK_INLINE size_t run_offset(const ck_normalization *n, size_t image, size_t channel) {
  const size_t blocks = (n->channels + n->lanes - 1) / n->lanes;
  return (image * blocks + channel / n->lanes) * n->pixels * n->lanes + channel % n->lanes;
}

#define ELEMENT float32
#include "batch_normalization_loops.h"
#undef ELEMENT

#define ELEMENT bfloat16
#include "batch_normalization_loops.h"
#undef ELEMENT

typedef struct {
  const ck_normalization *n;
  bool training;
  const void *x, *dy;
  const float *gamma, *beta;
  float *running_mean, *running_variance, *dgamma, *dbeta;
  ck_statistics *statistics;
  void *result;
} operands;

// As many lanes as are taken at a time: those of a block, at most 16.
CK_INLINE size_t run_width(const ck_normalization *n, size_t channel) {
  const size_t left = n->lanes - channel % n->lanes;
  return left < 16 ? left : 16;
}

static void batch_statistics(const operands *o, size_t channel, size_t width, size_t valid) {
  const ck_normalization *n = o->n;
  const double count = (double)(n->images * n->pixels);
  double mean[16] = {0}, squares[16] = {0}, zero[16] = {0};
  if (n->type == CK_FLOAT32) {
    sum_float32(n, channel, o->x, zero, false, mean, (int)width);
    for (size_t lane = 0; lane < width; lane++) mean[lane] /= count;
    sum_float32(n, channel, o->x, mean, true, squares, (int)width);
  } else {
    sum_bfloat16(n, channel, o->x, zero, false, mean, (int)width);
    for (size_t lane = 0; lane < width; lane++) mean[lane] /= count;
    sum_bfloat16(n, channel, o->x, mean, true, squares, (int)width);
  }
  for (size_t lane = 0; lane < valid; lane++) {
    const size_t c = channel + lane;
    const double variance = squares[lane] / count;
    o->statistics[c].mean = mean[lane];
    o->statistics[c].scale = 1 / sqrt(variance + n->epsilon);
    o->running_mean[c] = (float)((1 - n->momentum) * o->running_mean[c] + n->momentum * mean[lane]);
    o->running_variance[c] =
        (float)((1 - n->momentum) * o->running_variance[c] + n->momentum * variance * count / (count - 1));
  }
}

static void normalize_run(const operands *o, size_t channel, size_t width, size_t valid) {
  const ck_normalization *n = o->n;
  if (o->training) {
    batch_statistics(o, channel, width, valid);
  } else {
    for (size_t c = channel; c < channel + valid; c++) {
      o->statistics[c].mean = o->running_mean[c];
      o->statistics[c].scale = 1 / sqrt(o->running_variance[c] + n->epsilon);
    }
  }
  double mean[16] = {0}, factor[16] = {0}, shift[16] = {0};
  for (size_t lane = 0; lane < valid; lane++) {
    const size_t c = channel + lane;
    mean[lane] = o->statistics[c].mean;
    factor[lane] = o->gamma[c] * o->statistics[c].scale;
    shift[lane] = o->beta[c];
  }
  if (n->type == CK_FLOAT32)
    normalize_float32(n, channel, o->x, mean, factor, shift, o->result, (int)width);
  else
    normalize_bfloat16(n, channel, o->x, mean, factor, shift, o->result, (int)width);
}

// The statistics of a run, zero in lanes that belong to no channel.
CK_INLINE void copy_statistics(const operands *o, size_t channel, size_t valid, ck_statistics *s) {
  for (size_t lane = 0; lane < valid; lane++) s[lane] = o->statistics[channel + lane];
}

static void parameter_gradients_run(const operands *o, size_t channel, size_t width, size_t valid) {
  const ck_normalization *n = o->n;
  ck_statistics s[16] = {{0}};
  copy_statistics(o, channel, valid, s);
  double gradients[16], products[16];
  if (n->type == CK_FLOAT32)
    sum_gradient_float32(n, channel, o->x, o->dy, s, gradients, products, (int)width);
  else
    sum_gradient_bfloat16(n, channel, o->x, o->dy, s, gradients, products, (int)width);
  const double count = (double)(n->images * n->pixels);
  for (size_t lane = 0; lane < valid; lane++) {
    const size_t c = channel + lane;
    o->dbeta[c] = (float)gradients[lane];
    o->dgamma[c] = (float)products[lane];
    o->statistics[c].mean_gradient = gradients[lane] / count;
    o->statistics[c].mean_product = products[lane] / count;
  }
}

static void input_gradient_run(const operands *o, size_t channel, size_t width, size_t valid) {
  const ck_normalization *n = o->n;
  ck_statistics s[16] = {{0}};
  copy_statistics(o, channel, valid, s);
  double factor[16] = {0};
  for (size_t lane = 0; lane < valid; lane++) {
    factor[lane] = o->gamma[channel + lane] * s[lane].scale;
    // The running statistics do not depend on the input.
    if (!o->training) s[lane].mean_gradient = s[lane].mean_product = 0;
  }
  if (n->type == CK_FLOAT32)
    input_gradient_float32(n, channel, o->x, o->dy, s, factor, o->result, (int)width);
  else
    input_gradient_bfloat16(n, channel, o->x, o->dy, s, factor, o->result, (int)width);
}

// Runs a loop over the runs of the blocks from first to end. In a plain tensor a block is a channel.
#define DEFINE_BLOCKS(name)                                                                    \
  static void name##_blocks(size_t first, size_t end, void *context) {                         \
    const operands *o = context;                                                               \
    for (size_t channel = first * o->n->lanes; channel < end * o->n->lanes;) {                 \
      const size_t width = run_width(o->n, channel);                                           \
      const size_t left = channel < o->n->channels ? o->n->channels - channel : 0;             \
      name##_run(o, channel, width, left < width ? left : width);                              \
      channel += width;                                                                        \
    }                                                                                          \
  }

DEFINE_BLOCKS(normalize)
DEFINE_BLOCKS(parameter_gradients)
DEFINE_BLOCKS(input_gradient)

CK_INLINE size_t block_count(const ck_normalization *n) { return (n->channels + n->lanes - 1) / n->lanes; }

void ck_normalize(const ck_normalization *n, bool training, const void *x, const float *gamma, const float *beta,
                  float *running_mean, float *running_variance, ck_statistics *statistics, void *y, int32_t threads) {
  operands o = {.n = n, .training = training, .x = x, .gamma = gamma, .beta = beta, .running_mean = running_mean,
                .running_variance = running_variance, .statistics = statistics, .result = y};
  ck_parallel_runs(threads, block_count(n), 1, &o, normalize_blocks);
}

void ck_normalize_parameter_gradients(const ck_normalization *n, const void *x, const void *dy,
                                      ck_statistics *statistics, float *dgamma, float *dbeta, int32_t threads) {
  operands o = {.n = n, .x = x, .dy = dy, .statistics = statistics, .dgamma = dgamma, .dbeta = dbeta};
  ck_parallel_runs(threads, block_count(n), 1, &o, parameter_gradients_blocks);
}

void ck_normalize_input_gradient(const ck_normalization *n, bool training, const void *x, const void *dy,
                                 const float *gamma, const ck_statistics *statistics, void *dx, int32_t threads) {
  operands o = {.n = n, .training = training, .x = x, .dy = dy, .gamma = gamma,
                .statistics = (ck_statistics *)statistics, .result = dx};
  ck_parallel_runs(threads, block_count(n), 1, &o, input_gradient_blocks);
}
