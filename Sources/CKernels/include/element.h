// The types of activations: every loop over them is compiled for both.
#pragma once
#include <stdint.h>
#include <string.h>

#include "vectorized.h"

typedef enum { CK_FLOAT32, CK_BFLOAT16 } ck_element;

typedef float ck_float32;
// The upper half of a float32.
typedef uint16_t ck_bfloat16;

CK_INLINE float ck_float_from_float32(ck_float32 value) { return value; }

CK_INLINE ck_float32 ck_float32_from_float(float value) { return value; }

CK_INLINE float ck_float_from_bfloat16(ck_bfloat16 value) {
  const uint32_t bits = (uint32_t)value << 16;
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}

// The nearest bfloat16, ties to even; NaN stays NaN.
CK_INLINE ck_bfloat16 ck_bfloat16_from_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
  const uint32_t quiet = bits >> 16 | 0x40;
  return (ck_bfloat16)(value != value ? quiet : rounded);
}
