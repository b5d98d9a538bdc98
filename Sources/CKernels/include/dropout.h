// Dropout with the Philox4x32-10 generator.
#pragma once
#include <stdint.h>

#include "element.h"

typedef struct {
  uint32_t key[2];      // The seed, low word first.
  uint32_t layer, step; // The upper half of the counter; its lower half counts blocks of four elements.
  uint32_t threshold;   // Elements whose random word is below it are dropped...
  float scale;          // ...and the others are multiplied by this.
} ck_dropout;

// How N×C×H×W is stored, channels in runs of `lanes`.
typedef struct {
  int64_t images, channels, pixels, lanes;
} ck_planes;

// y = x · (0 or scale) for all elements; `first` is the index of the first in the whole batch. x and y may be the same.
// Dropped elements are multiplied by 0, so NaN stays. Lanes beyond the last channel are not touched.
void ck_apply_dropout(const ck_dropout *dropout, ck_element type, ck_planes planes, uint64_t first, const void *x,
                      void *y, int32_t threads);
