#include "dropout.h"

// The generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
static void philox(const ck_dropout *dropout, uint64_t block, uint32_t words[4]) {
  uint32_t key0 = dropout->key[0], key1 = dropout->key[1];
  uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = dropout->layer, c3 = dropout->step;
  for (int round = 0; round < 10; round++) {
    const uint64_t first = (uint64_t)c0 * 0xD2511F53u;
    const uint64_t second = (uint64_t)c2 * 0xCD9E8D57u;
    c0 = (uint32_t)(second >> 32) ^ c1 ^ key0;
    c1 = (uint32_t)second;
    c2 = (uint32_t)(first >> 32) ^ c3 ^ key1;
    c3 = (uint32_t)first;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

void ck_apply_dropout(const ck_dropout *dropout, uint64_t first, const float *x, float *y, int64_t count,
                      int64_t stride) {
  uint32_t words[4];
  for (int64_t i = 0; i < count; i++) {
    const uint64_t index = first + (uint64_t)i;
    if (i == 0 || index % 4 == 0) philox(dropout, index / 4, words);
    y[i * stride] = x[i * stride] * (words[index % 4] < dropout->threshold ? 0 : dropout->scale);
  }
}
