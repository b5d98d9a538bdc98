// Each loop keeps many independent sums, so that the latency of one instruction is hidden by the others: up to 6 cycles
// times 2 instructions per cycle need 12. To allow for uneven scheduling, there are as many sums as fit into the
// registers with the two operands: 16 registers with AVX2, 32 with AVX-512.
#include "CProbes.h"

#include <stddef.h>

static const probe_arithmetic none = {NULL, 0, "not measured"};

#if defined(__x86_64__)

#include <immintrin.h>

enum { sums_avx2 = 12, sums_avx512 = 24 };

#pragma clang diagnostic ignored "-Wpass-failed"

__attribute__((target("avx2,fma"))) static float float32_avx2(int64_t rounds) {
  __m256 sum[sums_avx2];
  const __m256 factor = _mm256_set1_ps(0.999999f), summand = _mm256_set1_ps(1e-7f);
  for (int i = 0; i < sums_avx2; i++) sum[i] = _mm256_set1_ps((float)i);
  for (int64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < sums_avx2; i++) sum[i] = _mm256_fmadd_ps(sum[i], factor, summand);
  }
  for (int i = 1; i < sums_avx2; i++) sum[0] = _mm256_add_ps(sum[0], sum[i]);
  return _mm256_cvtss_f32(sum[0]);
}

__attribute__((target("avx512f"))) static float float32_avx512(int64_t rounds) {
  __m512 sum[sums_avx512];
  const __m512 factor = _mm512_set1_ps(0.999999f), summand = _mm512_set1_ps(1e-7f);
  for (int i = 0; i < sums_avx512; i++) sum[i] = _mm512_set1_ps((float)i);
  for (int64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < sums_avx512; i++) sum[i] = _mm512_fmadd_ps(sum[i], factor, summand);
  }
  for (int i = 1; i < sums_avx512; i++) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  return _mm512_cvtss_f32(sum[0]);
}

__attribute__((target("avx512f,avx512bf16"))) static float bfloat16_avx512(int64_t rounds) {
  __m512 sum[sums_avx512];
  // 1 and 2⁻³¹ in bf16, twice in each 32 bits.
  const __m512bh left = (__m512bh)_mm512_set1_epi32(0x3f803f80);
  const __m512bh right = (__m512bh)_mm512_set1_epi32(0x30003000);
  for (int i = 0; i < sums_avx512; i++) sum[i] = _mm512_set1_ps((float)i);
  for (int64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < sums_avx512; i++) sum[i] = _mm512_dpbf16_ps(sum[i], left, right);
  }
  for (int i = 1; i < sums_avx512; i++) sum[0] = _mm512_add_ps(sum[0], sum[i]);
  return _mm512_cvtss_f32(sum[0]);
}

probe_arithmetic probe_float32(void) {
  if (__builtin_cpu_supports("avx512f"))
    return (probe_arithmetic){float32_avx512, sums_avx512 * 16 * 2, "FMA of 512 bits"};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return (probe_arithmetic){float32_avx2, sums_avx2 * 8 * 2, "FMA of 256 bits"};
  return none;
}

probe_arithmetic probe_bfloat16(void) {
  if (__builtin_cpu_supports("avx512bf16"))
    return (probe_arithmetic){bfloat16_avx512, sums_avx512 * 32 * 2, "dot products of 512 bits"};
  return none;
}

#else

probe_arithmetic probe_float32(void) { return none; }

probe_arithmetic probe_bfloat16(void) { return none; }

#endif
