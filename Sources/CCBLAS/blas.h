// Types of the functions that are looked up in a BLAS, derived from the declarations in OpenBLAS's cblas.h so that they
// always match. Nothing is linked: a library is loaded when its backend is first made.
#pragma once

#if __has_include(<openblas-pthread/cblas.h>)
#include <openblas-pthread/cblas.h>
#elif __has_include(<openblas-serial/cblas.h>)
#include <openblas-serial/cblas.h>
#elif __has_include(<openblas-openmp/cblas.h>)
#include <openblas-openmp/cblas.h>
#elif __has_include(<openblas/cblas.h>)
#include <openblas/cblas.h>
#elif __has_include("/opt/homebrew/opt/openblas/include/cblas.h")
#include "/opt/homebrew/opt/openblas/include/cblas.h"
#elif __has_include("/usr/local/opt/openblas/include/cblas.h")
#include "/usr/local/opt/openblas/include/cblas.h"
#else
#include <cblas.h>
#endif

typedef __typeof__(&cblas_sgemm) cblas_sgemm_function;
typedef __typeof__(&openblas_get_config) openblas_get_config_function;
typedef __typeof__(&openblas_get_corename) openblas_get_corename_function;
typedef __typeof__(&openblas_set_num_threads) openblas_set_num_threads_function;
typedef __typeof__(&openblas_get_num_threads) openblas_get_num_threads_function;
