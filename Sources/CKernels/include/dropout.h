// Dropout with the Philox4x32-10 generator.
#pragma once
#include <stdint.h>

typedef struct {
  uint32_t key[2];      // The seed, low word first.
  uint32_t layer, step; // The upper half of the counter; its lower half counts blocks of four elements.
  uint32_t threshold;   // Elements whose random word is below it are dropped...
  float scale;          // ...and the others are multiplied by this.
} ck_dropout;

// y = x · (0 or scale) for `count` logically consecutive elements, of which the first has the index `first` and
// neighbours lie `stride` apart in memory; x and y may be the same. Dropped is multiplied by 0, so NaN stays.
void ck_apply_dropout(const ck_dropout *dropout, uint64_t first, const float *x, float *y, int64_t count,
                      int64_t stride);
