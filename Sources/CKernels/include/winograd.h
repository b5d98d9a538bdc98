// Convolutions of stride 1 by Winograd's algorithm, F(m×m′, k×k′): tiles of m×m′ outputs from (m + k − 1)×(m′ + k′ − 1)
// inputs, with one product per point instead of k·k′ per output.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "element.h"

// Channels that a loop computes at a time: transformed tensors are padded to a multiple.
enum { CK_WINOGRAD_LANES = 16 };
// Points and outputs of the largest tile along an axis, and pairs of points ±p.
enum { CK_WINOGRAD_POINTS = 8, CK_WINOGRAD_OUTPUTS = 4, CK_WINOGRAD_PAIRS = 3, CK_WINOGRAD_TAPS = 5 };

// The instructions that the loops are compiled for.
typedef enum { CK_PORTABLE, CK_AVX2, CK_AVX512 } ck_instruction_set;

// The best of them that this CPU supports and the environment allows; DNNL_MAX_CPU_ISA limits them as it limits oneDNN.
ck_instruction_set ck_allowed_instruction_set(void);

// The transforms of a tile along one axis. Points are in the order 0, ∞, p, −p, q, −q, …
typedef struct {
  int32_t pairs, outputs;
  // Bᵀ: the row of 0 over the even inputs, that of ∞ over the odd ones; those of ±p are a sum over the even inputs from
  // 2 on, plus or minus one over the odd inputs.
  float zero[CK_WINOGRAD_PAIRS + 1], infinity[CK_WINOGRAD_PAIRS + 1];
  float even[CK_WINOGRAD_PAIRS][CK_WINOGRAD_PAIRS], odd[CK_WINOGRAD_PAIRS][CK_WINOGRAD_PAIRS];
  // A: pⁱ.
  float powers[CK_WINOGRAD_PAIRS][CK_WINOGRAD_OUTPUTS];
} ck_winograd_axis;

// One tile: the image, its first input, which may be in the padding, its first output, and whether it is short (fewer
// rows of outputs) or narrow (fewer columns): then the last two points along that axis are omitted.
typedef struct {
  int32_t image, input_row, input_column, output_row, output_column;
  int32_t is_short, is_narrow;
} ck_winograd_tile;

// Tiles that are computed together: in the order only narrow, neither, only short, both, so that the tiles that have a
// point are adjacent.
typedef struct {
  const ck_winograd_tile *tiles;
  int32_t only_narrow, full, only_short, both;
} ck_winograd_group;

// N×C×H×W in runs of channels, as in PlaneLayout. Elements at or beyond end_row or end_column are read as zero.
typedef struct {
  ck_element type;
  int32_t channels, height, width, lanes, end_row, end_column;
} ck_winograd_images;

typedef struct {
  ck_instruction_set instructions;
  ck_winograd_axis rows[2], columns[2];  // of full tiles, and of short or narrow ones
  int32_t kernel_height, kernel_width;
  // G: the kernel's values at the points, except at the points −p, where the odd taps have the opposite sign.
  float row_values[CK_WINOGRAD_POINTS][CK_WINOGRAD_TAPS], column_values[CK_WINOGRAD_POINTS][CK_WINOGRAD_TAPS];
  int32_t group_size;  // tiles of a group at most
} ck_winograd;

// The blocks of output channels whose products are stored at a time, and the terms per partial sum: summing a long sum
// in parts makes rounding errors smaller.
enum { CK_WINOGRAD_CHUNK = 4, CK_WINOGRAD_DEPTH = 64 };

// Elements of the transformed weight, and of the transformed tiles of a group.
size_t ck_winograd_weight_count(const ck_winograd *w, int32_t inputs, int32_t outputs);
size_t ck_winograd_tiles_count(const ck_winograd *w, int32_t channels);

// U = G g Gᵀ of a part of the blocks of output channels, for O×I×kH×kW weights; for the input gradient the kernel is
// rotated by 180°, and outputs are the weight's inputs.
void ck_winograd_transform_weight(const ck_winograd *w, const float *weight, int32_t weight_outputs,
                                  int32_t weight_inputs, bool is_for_input_gradient, int32_t first_block,
                                  int32_t end_block, float *transformed);

// Y = Aᵀ[Σ U ⊙ V]A + b of some blocks of output channels of a group, and the ReLU, with V = Bᵀ d B; scratch is for the
// tiles of the input and of CK_WINOGRAD_CHUNK blocks.
void ck_winograd_convolve(const ck_winograd *w, const ck_winograd_group *group, const ck_winograd_images *input,
                          const void *x, const float *transformed_weight, const float *bias, bool has_relu,
                          int32_t first_block, int32_t end_block, const ck_winograd_images *output, void *y,
                          float *scratch);

// V = Bᵀ d B of a group.
void ck_winograd_transform_input(const ck_winograd *w, const ck_winograd_group *group,
                                 const ck_winograd_images *input, const void *x, float *transformed);

// D = A dy Aᵀ of a group, and the sum of dy of each channel, of whole blocks of channels.
void ck_winograd_transform_gradient(const ck_winograd *w, const ck_winograd_group *group,
                                    const ck_winograd_images *output, const void *dy, float *transformed,
                                    float *sums);

// dU (+)= Vᵀ D of some points of a group.
void ck_winograd_multiply_gradient(const ck_winograd *w, const ck_winograd_group *group, int32_t inputs,
                                   int32_t outputs, const float *v, const float *d, bool is_adding,
                                   int32_t first_point, int32_t end_point, float *du);

// dg = Gᵀ dU G of some input channels.
void ck_winograd_weight_gradient(const ck_winograd *w, int32_t inputs, int32_t outputs, const float *du,
                                 int32_t first_input, int32_t end_input, float *dw);
