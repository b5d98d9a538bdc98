// Plain loops, compiled once for each generation of vector instructions; the loader picks the fastest that the CPU
// supports. (Except on x86 the baseline already has vectors of the CPU's width. ThreadSanitizer is not ready yet when
// the loader picks.)
#pragma once

#if defined(__linux__) && defined(__x86_64__) && !defined(CK_PTHREADS)
#define CK_VECTORIZED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_VECTORIZED
#endif

#define CK_INLINE static inline __attribute__((always_inline))

// Before a loop whose arrays may be the same array, element for element, but overlap in no other way: without this
// pragma a compiler checks at run time whether they overlap, and falls back to one element at a time where they do.
#define CK_ELEMENT_BY_ELEMENT _Pragma("clang loop vectorize(assume_safety)")
