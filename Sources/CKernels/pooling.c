#include "pooling.h"

#include <math.h>

#include "max_rows.h"
#include "threads.h"
#include "windows.h"

// The number of elements that a window's sum is divided by. Even if padding counts, the part of a window beyond the
// padded input does not.
CK_INLINE float divisor(const ck_pooling *p, int32_t row, int32_t column, index_range rows, index_range columns) {
  if (!p->counts_padding) return (float)((rows.end - rows.first) * (columns.end - columns.first));
  const int32_t height = padded_taps(vertical(p), row, p->padding_bottom);
  const int32_t width = padded_taps(horizontal(p), column, p->padding_right);
  return (float)height * (float)width;
}

// Calls loop(…, lane, width) for all lanes of a pixel, 16, 8 or 1 of them at a time; the loop is inlined with a
// constant width, so that its lanes stay in registers.
#define FOR_ALL_LANES(lanes, loop, ...)                                 \
  do {                                                                  \
    int32_t lane = 0;                                                   \
    for (; lane + 16 <= (lanes); lane += 16) loop(__VA_ARGS__, lane, 16); \
    for (; lane + 8 <= (lanes); lane += 8) loop(__VA_ARGS__, lane, 8);    \
    for (; lane < (lanes); lane++) loop(__VA_ARGS__, lane, 1);            \
  } while (0)

// The bytes of a cache line, and the number of pixels whose gradients are summed at a time, in the first-level cache.
enum { CACHE_LINE = 64, STRIP = 32 };

#define ELEMENT float32
#include "pooling_loops.h"
#undef ELEMENT

#define ELEMENT bfloat16
#include "pooling_loops.h"
#undef ELEMENT

typedef struct {
  const ck_pooling *pooling;
  const void *source;
  void *result;
  const uint16_t *winners;
  uint16_t *taps;
} operands;

// Runs the loop of the elements' type over some planes.
#define DEFINE_RUN(name, loop, ...)                                      \
  static void name(size_t first, size_t end, void *context) {            \
    const operands *o = context;                                         \
    const ck_pooling *p = o->pooling;                                    \
    for (size_t plane = first; plane < end; plane++) {                   \
      if (p->type == CK_FLOAT32)                                         \
        loop##_float32(p, plane, o->source, o->result, ##__VA_ARGS__);   \
      else                                                               \
        loop##_bfloat16(p, plane, o->source, o->result, ##__VA_ARGS__);  \
    }                                                                    \
  }

DEFINE_RUN(max_run, max_plane, o->taps)
DEFINE_RUN(max_gradient_run, max_gradient_plane, o->winners)

static void max_rows_run(size_t first, size_t end, void *context) {
  const operands *o = context;
  for (size_t plane = first; plane < end; plane++) max_rows(o->pooling, plane, o->source, o->result, o->taps);
}

static void max_gradient_rows_run(size_t first, size_t end, void *context) {
  const operands *o = context;
  for (size_t plane = first; plane < end; plane++)
    max_gradient_rows(o->pooling, plane, o->source, o->result, o->winners);
}

CK_INLINE bool has_rows(const ck_pooling *p) { return p->lanes == 1 && p->type == CK_FLOAT32; }

DEFINE_RUN(average_run, average_plane)
DEFINE_RUN(average_gradient_run, average_gradient_plane)

void ck_max_pooling(const ck_pooling *p, const void *input, void *output, uint16_t *taps, int32_t threads) {
  operands o = {.pooling = p, .source = input, .result = output, .taps = taps};
  ck_parallel_runs(threads, p->planes, 1, &o, has_rows(p) ? max_rows_run : max_run);
}

void ck_max_pooling_gradient(const ck_pooling *p, const void *output_gradient, const uint16_t *taps,
                             void *input_gradient, int32_t threads) {
  operands o = {.pooling = p, .source = output_gradient, .result = input_gradient, .winners = taps};
  ck_parallel_runs(threads, p->planes, 1, &o, has_rows(p) ? max_gradient_rows_run : max_gradient_run);
}

void ck_average_pooling(const ck_pooling *p, const void *input, void *output, int32_t threads) {
  operands o = {.pooling = p, .source = input, .result = output};
  ck_parallel_runs(threads, p->planes, 1, &o, average_run);
}

void ck_average_pooling_gradient(const ck_pooling *p, const void *output_gradient, void *input_gradient,
                                 int32_t threads) {
  operands o = {.pooling = p, .source = output_gradient, .result = input_gradient};
  ck_parallel_runs(threads, p->planes, 1, &o, average_gradient_run);
}
