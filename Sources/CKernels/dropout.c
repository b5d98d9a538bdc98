#include "dropout.h"

#include "threads.h"

// The number of adjacent blocks of four random words generated at once, one block in each lane of a vector.
enum { BLOCKS = 16, WORDS = 4 * BLOCKS };

typedef struct {
  const ck_dropout *dropout;
  ck_element type;
  ck_planes planes;
  uint64_t first;
  const void *x;
  void *y;
} operands;

// The generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
CK_INLINE void philox(const ck_dropout *dropout, uint64_t block, uint32_t words[WORDS]) {
  uint32_t c0[BLOCKS], c1[BLOCKS], c2[BLOCKS], c3[BLOCKS];
  for (int lane = 0; lane < BLOCKS; lane++) {
    c0[lane] = (uint32_t)(block + (uint64_t)lane);
    c1[lane] = (uint32_t)((block + (uint64_t)lane) >> 32);
    c2[lane] = dropout->layer;
    c3[lane] = dropout->step;
  }
  uint32_t key0 = dropout->key[0], key1 = dropout->key[1];
  for (int round = 0; round < 10; round++) {
    for (int lane = 0; lane < BLOCKS; lane++) {
      const uint64_t first = (uint64_t)c0[lane] * 0xD2511F53u;
      const uint64_t second = (uint64_t)c2[lane] * 0xCD9E8D57u;
      c0[lane] = (uint32_t)(second >> 32) ^ c1[lane] ^ key0;
      c1[lane] = (uint32_t)second;
      c2[lane] = (uint32_t)(first >> 32) ^ c3[lane] ^ key1;
      c3[lane] = (uint32_t)first;
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  for (int lane = 0; lane < BLOCKS; lane++) {
    words[4 * lane] = c0[lane];
    words[4 * lane + 1] = c1[lane];
    words[4 * lane + 2] = c2[lane];
    words[4 * lane + 3] = c3[lane];
  }
}

// The random words of adjacent elements, kept from one plane to the next.
typedef struct {
  uint64_t first; // The index of the element that the first word is for.
  uint32_t words[WORDS];
} word_run;

// One plane: `pixels` elements `lanes` apart, the first with the index `index`.
#define APPLY_TO_PLANE(type)                                                                                   \
  CK_VECTORIZED                                                                                                \
  static void apply_##type(const ck_dropout *dropout, word_run *run, uint64_t index, const ck_##type *x,       \
                           ck_##type *y, int64_t pixels, int64_t lanes) {                                      \
    int64_t pixel = 0;                                                                                         \
    while (pixel < pixels) {                                                                                   \
      uint64_t word = index + (uint64_t)pixel - run->first;                                                    \
      if (word >= WORDS) {                                                                                     \
        word = (index + (uint64_t)pixel) % WORDS;                                                              \
        run->first = index + (uint64_t)pixel - word;                                                           \
        philox(dropout, run->first / 4, run->words);                                                           \
      }                                                                                                        \
      for (; word < WORDS && pixel < pixels; word++, pixel++) {                                                \
        const float factor = run->words[word] < dropout->threshold ? 0 : dropout->scale;                       \
        y[pixel * lanes] = ck_##type##_from_float(ck_float_from_##type(x[pixel * lanes]) * factor);            \
      }                                                                                                        \
    }                                                                                                          \
  }

APPLY_TO_PLANE(float32)
APPLY_TO_PLANE(bfloat16)

static void apply_to_planes(size_t first, size_t end, void *context) {
  const operands *o = context;
  const ck_planes p = o->planes;
  const int64_t blocks = (p.channels + p.lanes - 1) / p.lanes;
  word_run run = {.first = o->first + (uint64_t)first * (uint64_t)p.pixels - WORDS}; // Not valid yet.
  for (int64_t plane = (int64_t)first; plane < (int64_t)end; plane++) {
    const int64_t image = plane / p.channels, channel = plane % p.channels;
    const int64_t offset = (image * blocks + channel / p.lanes) * p.pixels * p.lanes + channel % p.lanes;
    const uint64_t index = o->first + (uint64_t)(plane * p.pixels);
    if (o->type == CK_FLOAT32)
      apply_float32(o->dropout, &run, index, (const float *)o->x + offset, (float *)o->y + offset, p.pixels, p.lanes);
    else
      apply_bfloat16(o->dropout, &run, index, (const ck_bfloat16 *)o->x + offset, (ck_bfloat16 *)o->y + offset,
                     p.pixels, p.lanes);
  }
}

void ck_apply_dropout(const ck_dropout *dropout, ck_element type, ck_planes planes, uint64_t first, const void *x,
                      void *y, int32_t threads) {
  operands o = {dropout, type, planes, first, x, y};
  // Whole images per thread: channels of one image share cache lines.
  ck_parallel_runs(threads, (size_t)(planes.images * planes.channels), (size_t)planes.channels, &o,
                   apply_to_planes);
}
