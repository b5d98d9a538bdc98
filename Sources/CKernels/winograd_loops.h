// The loops of Winograd's algorithm, for one set of instructions. The including file defines
//   CK_NAME(name)   the name of a function for these instructions
//   CK_TARGET       the attribute that allows them
//   CK_PANEL        vectors of output channels that a product computes at a time
//   CK_MOST_ROWS    rows that it computes at a time, at most

typedef float CK_NAME(vector) __attribute__((vector_size(64), aligned(64)));
typedef float CK_NAME(loose_vector) __attribute__((vector_size(64), aligned(4)));
typedef int32_t CK_NAME(mask) __attribute__((vector_size(64), aligned(64)));
typedef uint16_t CK_NAME(bfloat16s) __attribute__((vector_size(32), aligned(2)));
typedef uint32_t CK_NAME(words) __attribute__((vector_size(64), aligned(64)));
typedef float CK_NAME(half) __attribute__((vector_size(32), aligned(32)));
typedef float CK_NAME(loose_half) __attribute__((vector_size(32), aligned(4)));
typedef uint16_t CK_NAME(bfloat16_half) __attribute__((vector_size(16), aligned(2)));
typedef uint32_t CK_NAME(half_words) __attribute__((vector_size(32), aligned(32)));
#define VECTOR CK_NAME(vector)
#define HALF CK_NAME(half)
#define CK_LOOP static inline __attribute__((always_inline)) CK_TARGET

CK_LOOP VECTOR CK_NAME(joined)(HALF low, HALF high) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
CK_LOOP HALF CK_NAME(low)(VECTOR value) { return __builtin_shufflevector(value, value, 0, 1, 2, 3, 4, 5, 6, 7); }
CK_LOOP HALF CK_NAME(high)(VECTOR value) {
  return __builtin_shufflevector(value, value, 8, 9, 10, 11, 12, 13, 14, 15);
}

// MARK: Transforms of a row or column of a tile

// Bᵀ d.
CK_LOOP void CK_NAME(from_inputs)(const ck_winograd_axis *axis, const int pairs, const VECTOR *d, VECTOR *t) {
  VECTOR zero = d[0] * axis->zero[0], infinity = d[1] * axis->infinity[0];
#pragma clang loop unroll(full)
  for (int j = 1; j <= pairs; j++) {
    zero += d[2 * j] * axis->zero[j];
    infinity += d[2 * j + 1] * axis->infinity[j];
  }
  t[0] = zero;
  t[1] = infinity;
#pragma clang loop unroll(full)
  for (int i = 0; i < pairs; i++) {
    VECTOR even = d[2] * axis->even[i][0], odd = d[1] * axis->odd[i][0];
#pragma clang loop unroll(full)
    for (int j = 1; j < pairs; j++) {
      even += d[2 * j + 2] * axis->even[i][j];
      odd += d[2 * j + 1] * axis->odd[i][j];
    }
    t[2 * i + 2] = even + odd;
    t[2 * i + 3] = even - odd;
  }
}

// Aᵀ m.
CK_LOOP void CK_NAME(to_outputs)(const ck_winograd_axis *axis, const int pairs, const int outputs, const VECTOR *m,
                                 VECTOR *y) {
  VECTOR sums[CK_WINOGRAD_PAIRS], differences[CK_WINOGRAD_PAIRS];
#pragma clang loop unroll(full)
  for (int i = 0; i < pairs; i++) {
    sums[i] = m[2 * i + 2] + m[2 * i + 3];
    differences[i] = m[2 * i + 2] - m[2 * i + 3];
  }
#pragma clang loop unroll(full)
  for (int o = 0; o < outputs; o++) {
    VECTOR sum = (o % 2 == 0 ? sums : differences)[0] * axis->powers[0][o];
#pragma clang loop unroll(full)
    for (int i = 1; i < pairs; i++) sum += (o % 2 == 0 ? sums : differences)[i] * axis->powers[i][o];
    if (o == 0) sum += m[0];
    if (o == outputs - 1) sum += m[1];
    y[o] = sum;
  }
}

// A y.
CK_LOOP void CK_NAME(from_outputs)(const ck_winograd_axis *axis, const int pairs, const int outputs, const VECTOR *y,
                                   VECTOR *t) {
  t[0] = y[0];
  t[1] = y[outputs - 1];
#pragma clang loop unroll(full)
  for (int i = 0; i < pairs; i++) {
    VECTOR even = y[0] * axis->powers[i][0], odd = y[1] * axis->powers[i][1];
#pragma clang loop unroll(full)
    for (int o = 2; o < outputs; o += 2) {
      even += y[o] * axis->powers[i][o];
      odd += y[o + 1] * axis->powers[i][o + 1];
    }
    t[2 * i + 2] = even + odd;
    t[2 * i + 3] = even - odd;
  }
}

// MARK: Tiles in memory

// The number of channels of a block loaded or stored at a time: all, half of them, or one.
CK_LOOP int32_t CK_NAME(run)(const ck_winograd_images *images, int32_t channel) {
  if (channel % images->lanes + CK_WINOGRAD_LANES <= images->lanes) return CK_WINOGRAD_LANES;
  return images->lanes == CK_WINOGRAD_LANES / 2 ? CK_WINOGRAD_LANES / 2 : 1;
}

CK_LOOP HALF CK_NAME(load_half)(const ck_winograd_images *images, const void *x, size_t index) {
  if (images->type == CK_FLOAT32) return *(const CK_NAME(loose_half) *)((const float *)x + index);
  const CK_NAME(bfloat16_half) half = *(const CK_NAME(bfloat16_half) *)((const ck_bfloat16 *)x + index);
  return (HALF)(__builtin_convertvector(half, CK_NAME(half_words)) << 16);
}

// A block of channels of a pixel.
CK_LOOP VECTOR CK_NAME(load)(const ck_winograd_images *images, const void *x, size_t index, int32_t run,
                             int32_t channels, size_t plane) {
  if (run == CK_WINOGRAD_LANES && images->type == CK_FLOAT32)
    return *(const CK_NAME(loose_vector) *)((const float *)x + index);
  if (run == CK_WINOGRAD_LANES) {
    const CK_NAME(bfloat16s) numbers = *(const CK_NAME(bfloat16s) *)((const ck_bfloat16 *)x + index);
    return (VECTOR)(__builtin_convertvector(numbers, CK_NAME(words)) << 16);
  }
  if (run == CK_WINOGRAD_LANES / 2) {
    const HALF low = CK_NAME(load_half)(images, x, index);
    const HALF high = channels > run ? CK_NAME(load_half)(images, x, index + plane * run) : (HALF){0};
    return CK_NAME(joined)(low, high);
  }
  VECTOR result = {0};
  for (int32_t c = 0; c < channels; c++) {
    const size_t i = index + (size_t)(c / images->lanes) * plane * images->lanes + c % images->lanes;
    result[c] = images->type == CK_FLOAT32 ? ((const float *)x)[i]
                                           : ck_float_from_bfloat16(((const ck_bfloat16 *)x)[i]);
  }
  return result;
}

CK_LOOP CK_NAME(bfloat16s) CK_NAME(to_bfloat16)(VECTOR value) {
  const CK_NAME(words) bits = (CK_NAME(words))value;
  const CK_NAME(words) rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16, quiet = bits >> 16 | 0x40;
  const CK_NAME(words) is_nan = (CK_NAME(words))(value != value);
  return __builtin_convertvector((is_nan & quiet) | (~is_nan & rounded), CK_NAME(bfloat16s));
}

CK_LOOP void CK_NAME(store)(const ck_winograd_images *images, void *y, size_t index, int32_t run, int32_t channels,
                            size_t plane, VECTOR value) {
  float *floats = (float *)y + index;
  ck_bfloat16 *bfloat16s = (ck_bfloat16 *)y + index;
  if (run == CK_WINOGRAD_LANES && images->type == CK_FLOAT32) {
    *(CK_NAME(loose_vector) *)floats = value;
  } else if (run == CK_WINOGRAD_LANES) {
    *(CK_NAME(bfloat16s) *)bfloat16s = CK_NAME(to_bfloat16)(value);
  } else if (run == CK_WINOGRAD_LANES / 2 && images->type == CK_FLOAT32) {
    *(CK_NAME(loose_half) *)floats = CK_NAME(low)(value);
    if (channels > run) *(CK_NAME(loose_half) *)(floats + plane * run) = CK_NAME(high)(value);
  } else if (run == CK_WINOGRAD_LANES / 2) {
    const CK_NAME(bfloat16s) numbers = CK_NAME(to_bfloat16)(value);
    memcpy(bfloat16s, &numbers, run * sizeof(ck_bfloat16));
    if (channels > run)
      memcpy(bfloat16s + plane * run, (const ck_bfloat16 *)&numbers + run, run * sizeof(ck_bfloat16));
  } else {
    for (int32_t c = 0; c < channels; c++) {
      const size_t i = (size_t)(c / images->lanes) * plane * images->lanes + c % images->lanes;
      if (images->type == CK_FLOAT32)
        floats[i] = value[c];
      else
        bfloat16s[i] = ck_bfloat16_from_float(value[c]);
    }
  }
}

// The columns of eight rows of eight.
CK_LOOP void CK_NAME(transpose)(const HALF rows[8], HALF columns[8]) {
  HALF pairs[8], quads[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4)
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      quads[i + 2 * j] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      quads[i + 2 * j + 1] = __builtin_shufflevector(pairs[i + j], pairs[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    columns[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    columns[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// Some columns of a row of a tile, of channels that are stored plane by plane: eight columns of eight channels at a
// time, including those next to the required ones, so the image must be at least as wide.
CK_LOOP void CK_NAME(load_row)(const float *row, size_t plane, int32_t width, int32_t channels, int32_t left,
                               int32_t first, int32_t end, VECTOR *tile) {
  const int32_t start = left < 0 ? 0 : left < width - 8 ? left : width - 8;
  for (int32_t half = 0; half < 2; half++) {
    HALF rows[8], columns[8];
    for (int32_t c = 0; c < 8; c++)
      rows[c] = half * 8 + c < channels ? *(const CK_NAME(loose_half) *)(row + (half * 8 + c) * plane + start)
                                        : (HALF){0};
    CK_NAME(transpose)(rows, columns);
    for (int32_t j = first; j < end; j++) ((HALF *)&tile[j])[half] = columns[left + j - start];
  }
}

// Four columns of a row of a tile, in the same way.
CK_LOOP void CK_NAME(store_row)(float *row, size_t plane, int32_t channels, const VECTOR columns[4]) {
  VECTOR pairs[4], quads[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i += 2) {
    pairs[i] = __builtin_shufflevector(columns[i], columns[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28,
                                       13, 29);
    pairs[i + 1] = __builtin_shufflevector(columns[i], columns[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14,
                                           30, 15, 31);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
    quads[2 * i] = __builtin_shufflevector(pairs[i], pairs[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13,
                                           28, 29);
    quads[2 * i + 1] = __builtin_shufflevector(pairs[i], pairs[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14,
                                               15, 30, 31);
  }
  for (int32_t c = 0; c < channels; c++) memcpy(row + c * plane, (const float *)&quads[c % 4] + c / 4 * 4, 16);
}

// Lanes without a channel stay 0, whatever was computed for them.
CK_LOOP VECTOR CK_NAME(only)(VECTOR value, int32_t channels) {
  for (int32_t c = channels; c < CK_WINOGRAD_LANES; c++) value[c] = 0;
  return value;
}

CK_LOOP size_t CK_NAME(offset)(const ck_winograd_images *images, int32_t image, int32_t channel) {
  const size_t blocks = (size_t)(images->channels + images->lanes - 1) / images->lanes;
  const size_t plane = (size_t)images->height * images->width;
  return ((image * blocks + channel / images->lanes) * plane) * images->lanes + channel % images->lanes;
}

// The channels of a block that are stored, padding included.
CK_LOOP int32_t CK_NAME(stored)(const ck_winograd_images *images, int32_t channel) {
  const int32_t blocks = (images->channels + images->lanes - 1) / images->lanes;
  const int32_t rest = blocks * images->lanes - channel;
  return rest < CK_WINOGRAD_LANES ? rest : CK_WINOGRAD_LANES;
}

// A rectangle of a block of channels, rows × columns of it, zeros beyond the edges.
CK_LOOP void CK_NAME(load_tile)(const ck_winograd_images *images, const void *x, int32_t image, int32_t channel,
                                int32_t top, int32_t left, int32_t rows, int32_t columns,
                                VECTOR tile[CK_WINOGRAD_POINTS][CK_WINOGRAD_POINTS]) {
  const size_t start = CK_NAME(offset)(images, image, channel);
  const size_t plane = (size_t)images->height * images->width;
  const int32_t channels = images->channels - channel < CK_WINOGRAD_LANES ? images->channels - channel
                                                                          : CK_WINOGRAD_LANES;
  const int32_t run = CK_NAME(run)(images, channel);
  const int32_t first_row = top < 0 ? -top : 0, first_column = left < 0 ? -left : 0;
  const int32_t end_row = images->end_row - top < rows ? images->end_row - top : rows;
  const int32_t end_column = images->end_column - left < columns ? images->end_column - left : columns;
  const bool is_inside = first_row == 0 && first_column == 0 && end_row == rows && end_column == columns;
  if (!is_inside || channels < CK_WINOGRAD_LANES)
    for (int32_t i = 0; i < rows; i++)
      for (int32_t j = 0; j < columns; j++) tile[i][j] = (VECTOR){0};
  if (images->lanes == 1 && images->type == CK_FLOAT32 && images->width >= 8) {
    for (int32_t i = first_row; i < end_row; i++)
      CK_NAME(load_row)((const float *)x + start + (size_t)(top + i) * images->width, plane, images->width, channels,
                        left, first_column, end_column, tile[i]);
    return;
  }
  for (int32_t i = first_row; i < end_row; i++) {
    const ptrdiff_t pixel = (ptrdiff_t)(top + i) * images->width + left;
    for (int32_t j = first_column; j < end_column; j++)
      tile[i][j] = CK_NAME(load)(images, x, start + (pixel + j) * images->lanes, run, channels, plane);
  }
}

// MARK: Tiles and points

CK_LOOP int32_t CK_NAME(count)(const ck_winograd_group *group) {
  return group->only_narrow + group->full + group->only_short + group->both;
}

CK_LOOP int32_t CK_NAME(points)(const ck_winograd_axis *axis) { return 2 * axis->pairs + 2; }

CK_LOOP int32_t CK_NAME(blocks)(int32_t channels) { return (channels + CK_WINOGRAD_LANES - 1) / CK_WINOGRAD_LANES; }

// The distance between two points of transformed tiles: an odd number of vectors, so that points do not share cache sets.
CK_LOOP size_t CK_NAME(stride)(const ck_winograd *w, int32_t channels) {
  return ((size_t)w->group_size * CK_NAME(blocks)(channels) | 1) * CK_WINOGRAD_LANES;
}

// The distance between two points of a transformed weight, for the same reason.
CK_LOOP size_t CK_NAME(weight_stride)(int32_t inputs, int32_t outputs) {
  return ((size_t)CK_NAME(blocks)(outputs) * inputs | 1) * CK_WINOGRAD_LANES;
}

// The tiles of a group that have a point.
CK_LOOP void CK_NAME(tiles)(const ck_winograd *w, const ck_winograd_group *group, int32_t row_point,
                            int32_t column_point, int32_t *first, int32_t *end) {
  const bool no_short = row_point >= CK_NAME(points)(&w->rows[1]);
  const bool no_narrow = column_point >= CK_NAME(points)(&w->columns[1]);
  *first = no_narrow ? group->only_narrow : 0;
  *end = group->only_narrow + group->full + (no_short ? 0 : group->only_short + (no_narrow ? 0 : group->both));
}

// MARK: V = Bᵀ d B

CK_LOOP void CK_NAME(input_tile)(const ck_winograd *w, const ck_winograd_images *images, const void *x,
                                 const ck_winograd_tile *tile, int32_t channel, const int row_pairs,
                                 const int column_pairs, size_t stride, float *transformed) {
  const ck_winograd_axis *rows = &w->rows[tile->is_short], *columns = &w->columns[tile->is_narrow];
  const int row_points = 2 * row_pairs + 2, column_points = 2 * column_pairs + 2;
  const int32_t all_columns = CK_NAME(points)(&w->columns[0]);
  VECTOR d[CK_WINOGRAD_POINTS][CK_WINOGRAD_POINTS], half[CK_WINOGRAD_POINTS][CK_WINOGRAD_POINTS];
  CK_NAME(load_tile)(images, x, tile->image, channel, tile->input_row, tile->input_column, row_points,
                     column_points, d);
  for (int j = 0; j < column_points; j++) {
    VECTOR column[CK_WINOGRAD_POINTS], t[CK_WINOGRAD_POINTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < row_points; i++) column[i] = d[i][j];
    CK_NAME(from_inputs)(rows, row_pairs, column, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < row_points; i++) half[i][j] = t[i];
  }
  for (int i = 0; i < row_points; i++) {
    VECTOR t[CK_WINOGRAD_POINTS];
    CK_NAME(from_inputs)(columns, column_pairs, half[i], t);
#pragma clang loop unroll(full)
    for (int j = 0; j < column_points; j++) *(VECTOR *)(transformed + (i * all_columns + j) * stride) = t[j];
  }
}

// Calls a function with the pairs of both axes as constants.
#define CK_BY_PAIRS(rows, columns, call) \
  switch ((rows) * 4 + (columns)) {      \
    case 5: call(1, 1); break;           \
    case 6: call(1, 2); break;           \
    case 7: call(1, 3); break;           \
    case 9: call(2, 1); break;           \
    case 10: call(2, 2); break;          \
    case 11: call(2, 3); break;          \
    case 13: call(3, 1); break;          \
    case 14: call(3, 2); break;          \
    default: call(3, 3); break;          \
  }

CK_TARGET
static void CK_NAME(transform_input)(const ck_winograd *w, const ck_winograd_group *group,
                                     const ck_winograd_images *images, const void *x, float *transformed) {
  const size_t stride = CK_NAME(stride)(w, images->channels);
  const int32_t blocks = CK_NAME(blocks)(images->channels);
  for (int32_t t = 0; t < CK_NAME(count)(group); t++) {
    const ck_winograd_tile *tile = &group->tiles[t];
    for (int32_t block = 0; block < blocks; block++) {
      float *to = transformed + ((size_t)t * blocks + block) * CK_WINOGRAD_LANES;
#define CALL(rows, columns) \
  CK_NAME(input_tile)(w, images, x, tile, block * CK_WINOGRAD_LANES, rows, columns, stride, to)
      CK_BY_PAIRS(w->rows[tile->is_short].pairs, w->columns[tile->is_narrow].pairs, CALL)
#undef CALL
    }
  }
}

// MARK: D = A dy Aᵀ

CK_LOOP void CK_NAME(gradient_tile)(const ck_winograd *w, const ck_winograd_images *images, const void *dy,
                                    const ck_winograd_tile *tile, int32_t channel, const int row_pairs,
                                    const int row_outputs, const int column_pairs, const int column_outputs,
                                    size_t stride, float *transformed, float *sums) {
  const ck_winograd_axis *rows = &w->rows[tile->is_short], *columns = &w->columns[tile->is_narrow];
  const int row_points = 2 * row_pairs + 2, column_points = 2 * column_pairs + 2;
  const int32_t all_columns = CK_NAME(points)(&w->columns[0]);
  VECTOR y[CK_WINOGRAD_POINTS][CK_WINOGRAD_POINTS], half[CK_WINOGRAD_POINTS][CK_WINOGRAD_OUTPUTS];
  CK_NAME(load_tile)(images, dy, tile->image, channel, tile->output_row, tile->output_column, row_outputs,
                     column_outputs, y);
  VECTOR sum = {0};
  for (int i = 0; i < row_outputs; i++)
    for (int j = 0; j < column_outputs; j++) sum += y[i][j];
  *(VECTOR *)sums += sum;
#pragma clang loop unroll(full)
  for (int j = 0; j < column_outputs; j++) {
    VECTOR column[CK_WINOGRAD_OUTPUTS], t[CK_WINOGRAD_POINTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < row_outputs; i++) column[i] = y[i][j];
    CK_NAME(from_outputs)(rows, row_pairs, row_outputs, column, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < row_points; i++) half[i][j] = t[i];
  }
  for (int i = 0; i < row_points; i++) {
    VECTOR t[CK_WINOGRAD_POINTS];
    CK_NAME(from_outputs)(columns, column_pairs, column_outputs, half[i], t);
#pragma clang loop unroll(full)
    for (int j = 0; j < column_points; j++) *(VECTOR *)(transformed + (i * all_columns + j) * stride) = t[j];
  }
}

// Calls a function with the outputs of both axes, 2 or 4, as constants.
#define CK_BY_OUTPUTS(rows, columns, call) \
  switch ((rows) + (columns) / 4) {        \
    case 2: call(2, 2); break;             \
    case 3: call(2, 4); break;             \
    case 4: call(4, 2); break;             \
    default: call(4, 4); break;            \
  }

CK_TARGET
static void CK_NAME(transform_gradient)(const ck_winograd *w, const ck_winograd_group *group,
                                        const ck_winograd_images *images, const void *dy, float *transformed,
                                        float *sums) {
  const size_t stride = CK_NAME(stride)(w, images->channels);
  const int32_t blocks = CK_NAME(blocks)(images->channels);
  for (int32_t c = 0; c < blocks * CK_WINOGRAD_LANES; c++) sums[c] = 0;
  for (int32_t t = 0; t < CK_NAME(count)(group); t++) {
    const ck_winograd_tile *tile = &group->tiles[t];
    const ck_winograd_axis *rows = &w->rows[tile->is_short], *columns = &w->columns[tile->is_narrow];
    for (int32_t block = 0; block < blocks; block++) {
      float *to = transformed + ((size_t)t * blocks + block) * CK_WINOGRAD_LANES;
#define CALL(m, n)                                                                                          \
  CK_NAME(gradient_tile)(w, images, dy, tile, block * CK_WINOGRAD_LANES, rows->pairs, m, columns->pairs, n, \
                         stride, to, sums + block * CK_WINOGRAD_LANES)
      CK_BY_OUTPUTS(rows->outputs, columns->outputs, CALL)
#undef CALL
    }
  }
}

// MARK: Y = Aᵀ M A

CK_LOOP void CK_NAME(output_tile)(const ck_winograd *w, const ck_winograd_images *images, void *y,
                                  const ck_winograd_tile *tile, int32_t channel, const int row_pairs,
                                  const int row_outputs, const int column_pairs, const int column_outputs,
                                  size_t stride, const float *products, VECTOR bias, bool has_relu) {
  const ck_winograd_axis *rows = &w->rows[tile->is_short], *columns = &w->columns[tile->is_narrow];
  const int row_points = 2 * row_pairs + 2, column_points = 2 * column_pairs + 2;
  const int32_t all_columns = CK_NAME(points)(&w->columns[0]);
  VECTOR half[CK_WINOGRAD_OUTPUTS][CK_WINOGRAD_POINTS];
  for (int j = 0; j < column_points; j++) {
    VECTOR m[CK_WINOGRAD_POINTS], t[CK_WINOGRAD_OUTPUTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < row_points; i++) m[i] = *(const VECTOR *)(products + (i * all_columns + j) * stride);
    CK_NAME(to_outputs)(rows, row_pairs, row_outputs, m, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < row_outputs; i++) half[i][j] = t[i];
  }
  const size_t start = CK_NAME(offset)(images, tile->image, channel);
  const size_t plane = (size_t)images->height * images->width;
  const int32_t stored = CK_NAME(stored)(images, channel), content = images->channels - channel;
  const int32_t run = CK_NAME(run)(images, channel);
  const bool is_plain = images->lanes == 1 && images->type == CK_FLOAT32;
  for (int i = 0; i < row_outputs && tile->output_row + i < images->height; i++) {
    VECTOR t[CK_WINOGRAD_OUTPUTS];
    CK_NAME(to_outputs)(columns, column_pairs, column_outputs, half[i], t);
    const size_t pixel = (size_t)(tile->output_row + i) * images->width + tile->output_column;
#pragma clang loop unroll(full)
    for (int j = 0; j < column_outputs; j++) {
      t[j] += bias;
      // NaN stays NaN: it is not below 0.
      if (has_relu) t[j] = (VECTOR)((CK_NAME(mask))t[j] & ~(CK_NAME(mask))(t[j] <= (VECTOR){0}));
      if (content < CK_WINOGRAD_LANES) t[j] = CK_NAME(only)(t[j], content);
    }
    if (is_plain && column_outputs == 4 && tile->output_column + 4 <= images->width) {
      CK_NAME(store_row)((float *)y + start + pixel, plane, stored, t);
      continue;
    }
    for (int j = 0; j < column_outputs && tile->output_column + j < images->width; j++)
      CK_NAME(store)(images, y, start + (pixel + j) * images->lanes, run, stored, plane, t[j]);
  }
}

CK_TARGET
static void CK_NAME(transform_output)(const ck_winograd *w, const ck_winograd_group *group,
                                      const ck_winograd_images *images, void *y, int32_t first_block,
                                      int32_t end_block, size_t stride, const float *products, const float *bias,
                                      bool has_relu) {
  const int32_t blocks = end_block - first_block;
  for (int32_t block = 0; block < blocks; block++) {
    const int32_t channel = (first_block + block) * CK_WINOGRAD_LANES;
    VECTOR b = {0};
    for (int32_t c = 0; bias != NULL && c < CK_WINOGRAD_LANES && channel + c < images->channels; c++)
      b[c] = bias[channel + c];
    for (int32_t t = 0; t < CK_NAME(count)(group); t++) {
      const ck_winograd_tile *tile = &group->tiles[t];
      const ck_winograd_axis *rows = &w->rows[tile->is_short], *columns = &w->columns[tile->is_narrow];
      const float *from = products + ((size_t)t * blocks + block) * CK_WINOGRAD_LANES;
#define CALL(m, n)                                                                                           \
  CK_NAME(output_tile)(w, images, y, tile, channel, rows->pairs, m, columns->pairs, n, stride, from, b, has_relu)
      CK_BY_OUTPUTS(rows->outputs, columns->outputs, CALL)
#undef CALL
    }
  }
}

// MARK: Products

// C (+)= A · B for some rows, with A's elements at a[row · a_row + k · a_k], and B's and C's rows of `vectors` vectors.
typedef struct {
  const float *a;
  size_t a_row, a_k;
  const float *b;
  size_t b_k, b_vector;
  float *c;
  size_t c_row, c_vector;
  int32_t depth;
  bool is_adding;
  const float *next;  // the next B, prefetched meanwhile
} CK_NAME(product);

CK_LOOP void CK_NAME(multiply)(const CK_NAME(product) *p, const int rows, const int vectors) {
  VECTOR sum[CK_MOST_ROWS][CK_PANEL];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sum[r][v] = (VECTOR){0};
  if (p->is_adding) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) __builtin_prefetch(p->c + r * p->c_row + v * p->c_vector, 1);
  }
  const float *a = p->a, *b = p->b;
  const ptrdiff_t ahead = p->next - p->b;
  for (int32_t k = 0; k < p->depth; k++) {
    VECTOR right[CK_PANEL];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      right[v] = *(const VECTOR *)(b + v * p->b_vector);
      __builtin_prefetch(b + v * p->b_vector + ahead);
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] += right[v] * a[r * p->a_row];
    a += p->a_k;
    b += p->b_k;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      VECTOR *c = (VECTOR *)(p->c + r * p->c_row + v * p->c_vector);
      *c = p->is_adding ? *c + sum[r][v] : sum[r][v];
    }
}

// Any number of rows, split evenly.
CK_TARGET
static void CK_NAME(multiply_rows)(CK_NAME(product) p, int32_t rows, int32_t vectors) {
  const int32_t shares = (rows + CK_MOST_ROWS - 1) / CK_MOST_ROWS;
  const float *a = p.a;
  float *c = p.c;
  for (int32_t share = 0; share < shares; share++) {
    const int32_t first = (int64_t)rows * share / shares, count = (int64_t)rows * (share + 1) / shares - first;
    p.a = a + first * p.a_row;
    p.c = c + first * p.c_row;
#define ROWS(n)                                                   \
  case n:                                                         \
    if (vectors == CK_PANEL)                                      \
      CK_NAME(multiply)(&p, n <= CK_MOST_ROWS ? n : 1, CK_PANEL); \
    else                                                          \
      CK_NAME(multiply)(&p, n <= CK_MOST_ROWS ? n : 1, 1);        \
    break;
    switch (count) {
      ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)
    }
#undef ROWS
  }
}

// Any depth, split evenly.
CK_TARGET
static void CK_NAME(multiply_matrices)(CK_NAME(product) p, int32_t rows, int32_t vectors) {
  const int32_t depth = p.depth, shares = (depth + CK_WINOGRAD_DEPTH - 1) / CK_WINOGRAD_DEPTH;
  const float *a = p.a, *b = p.b, *next = p.next;
  for (int32_t share = 0; share < shares; share++) {
    const int32_t first = (int64_t)depth * share / shares, end = (int64_t)depth * (share + 1) / shares;
    p.depth = end - first;
    p.a = a + first * p.a_k;
    p.b = b + first * p.b_k;
    p.next = end < depth ? b + end * p.b_k : next;
    CK_NAME(multiply_rows)(p, rows, vectors);
    p.is_adding = true;
  }
}

// M = V U of some blocks of output channels, for all points.
CK_TARGET
static void CK_NAME(multiply_tiles)(const ck_winograd *w, const ck_winograd_group *group, int32_t inputs,
                                    int32_t outputs, const float *v, const float *u, int32_t first_block,
                                    int32_t end_block, size_t stride, float *products) {
  const int32_t row_points = CK_NAME(points)(&w->rows[0]), column_points = CK_NAME(points)(&w->columns[0]);
  const int32_t input_blocks = CK_NAME(blocks)(inputs);
  const size_t v_stride = CK_NAME(stride)(w, inputs), block = (size_t)inputs * CK_WINOGRAD_LANES;
  const size_t u_stride = CK_NAME(weight_stride)(inputs, outputs);
  for (int32_t point = 0; point < row_points * column_points; point++) {
    int32_t first, end;
    CK_NAME(tiles)(w, group, point / column_points, point % column_points, &first, &end);
    if (first == end) continue;
    CK_NAME(product)
    p = {
        .a = v + point * v_stride + (size_t)first * input_blocks * CK_WINOGRAD_LANES,
        .a_row = (size_t)input_blocks * CK_WINOGRAD_LANES,
        .a_k = 1,
        .b_k = CK_WINOGRAD_LANES,
        .b_vector = block,
        .c_row = (size_t)(end_block - first_block) * CK_WINOGRAD_LANES,
        .c_vector = CK_WINOGRAD_LANES,
        .depth = inputs,
    };
    for (int32_t b = first_block; b < end_block;) {
      const int32_t vectors = end_block - b >= CK_PANEL ? CK_PANEL : 1;
      p.b = u + point * u_stride + b * block;
      p.next = b + vectors < end_block ? p.b + vectors * block : u + (point + 1) * u_stride + first_block * block;
      p.c = products + point * stride + first * p.c_row + (size_t)(b - first_block) * CK_WINOGRAD_LANES;
      CK_NAME(multiply_matrices)(p, end - first, vectors);
      b += vectors;
    }
  }
}

CK_TARGET
static void CK_NAME(convolve)(const ck_winograd *w, const ck_winograd_group *group, const ck_winograd_images *input,
                              const void *x, const float *u, const float *bias, bool has_relu, int32_t first_block,
                              int32_t end_block, const ck_winograd_images *output, void *y, float *scratch) {
  const int32_t points = CK_NAME(points)(&w->rows[0]) * CK_NAME(points)(&w->columns[0]);
  float *products = scratch + points * CK_NAME(stride)(w, input->channels);
  CK_NAME(transform_input)(w, group, input, x, scratch);
  for (int32_t first = first_block; first < end_block; first += CK_WINOGRAD_CHUNK) {
    const int32_t end = end_block - first < CK_WINOGRAD_CHUNK ? end_block : first + CK_WINOGRAD_CHUNK;
    const size_t stride = CK_NAME(stride)(w, (end - first) * CK_WINOGRAD_LANES);
    CK_NAME(multiply_tiles)(w, group, input->channels, output->channels, scratch, u, first, end, stride, products);
    CK_NAME(transform_output)(w, group, output, y, first, end, stride, products, bias, has_relu);
  }
}

// dU (+)= Vᵀ D, stored as points × blocks of output channels × input channels × lanes.
CK_TARGET
static void CK_NAME(multiply_gradient)(const ck_winograd *w, const ck_winograd_group *group, int32_t inputs,
                                       int32_t outputs, const float *v, const float *d, bool is_adding,
                                       int32_t first_point, int32_t end_point, float *du) {
  const int32_t column_points = CK_NAME(points)(&w->columns[0]);
  const int32_t input_blocks = CK_NAME(blocks)(inputs), output_blocks = CK_NAME(blocks)(outputs);
  const size_t v_stride = CK_NAME(stride)(w, inputs), d_stride = CK_NAME(stride)(w, outputs);
  const size_t block = (size_t)inputs * CK_WINOGRAD_LANES, du_stride = CK_NAME(weight_stride)(inputs, outputs);
  for (int32_t point = first_point; point < end_point; point++) {
    int32_t first, end;
    CK_NAME(tiles)(w, group, point / column_points, point % column_points, &first, &end);
    if (first == end) {
      if (!is_adding) memset(du + point * du_stride, 0, output_blocks * block * sizeof *du);
      continue;
    }
    CK_NAME(product)
    p = {
        .a = v + point * v_stride + (size_t)first * input_blocks * CK_WINOGRAD_LANES,
        .a_row = 1,
        .a_k = (size_t)input_blocks * CK_WINOGRAD_LANES,
        .b_k = (size_t)output_blocks * CK_WINOGRAD_LANES,
        .b_vector = CK_WINOGRAD_LANES,
        .c_row = CK_WINOGRAD_LANES,
        .c_vector = block,
        .depth = end - first,
        .is_adding = is_adding,
    };
    for (int32_t b = 0; b < output_blocks;) {
      const int32_t vectors = output_blocks - b >= CK_PANEL ? CK_PANEL : 1;
      p.b = d + point * d_stride + ((size_t)first * output_blocks + b) * CK_WINOGRAD_LANES;
      p.c = du + point * du_stride + b * block;
      p.next = p.b + vectors * CK_WINOGRAD_LANES;
      CK_NAME(multiply_matrices)(p, inputs, vectors);
      b += vectors;
    }
  }
}

// MARK: Weights

// G g, with the number of taps of a kernel with these pairs.
CK_LOOP void CK_NAME(from_taps)(const float values[CK_WINOGRAD_POINTS][CK_WINOGRAD_TAPS], const int pairs,
                                const VECTOR *g, VECTOR *u) {
  const int taps = 2 * pairs - 1;
  u[0] = g[0] * values[0][0];
  u[1] = g[taps - 1] * values[1][taps - 1];
#pragma clang loop unroll(full)
  for (int i = 1; i <= pairs; i++) {
    VECTOR even = g[0] * values[2 * i][0], odd = {0};
#pragma clang loop unroll(full)
    for (int k = 1; k < taps; k += 2) {
      odd += g[k] * values[2 * i][k];
      even += g[k + 1] * values[2 * i][k + 1];
    }
    u[2 * i] = even + odd;
    u[2 * i + 1] = even - odd;
  }
}

// Gᵀ u.
CK_LOOP void CK_NAME(to_taps)(const float values[CK_WINOGRAD_POINTS][CK_WINOGRAD_TAPS], const int pairs,
                              const VECTOR *u, VECTOR *g) {
  const int taps = 2 * pairs - 1;
#pragma clang loop unroll(full)
  for (int k = 0; k < taps; k++) g[k] = (VECTOR){0};
  g[0] += u[0] * values[0][0];
  g[taps - 1] += u[1] * values[1][taps - 1];
#pragma clang loop unroll(full)
  for (int i = 1; i <= pairs; i++) {
    const VECTOR even = u[2 * i] + u[2 * i + 1], odd = u[2 * i] - u[2 * i + 1];
#pragma clang loop unroll(full)
    for (int k = 0; k < taps; k++) g[k] += (k % 2 == 0 ? even : odd) * values[2 * i][k];
  }
}

CK_LOOP void CK_NAME(weight_block)(const ck_winograd *w, const int row_pairs, const int column_pairs, const VECTOR *g,
                                   size_t stride, float *transformed) {
  const int row_points = 2 * row_pairs + 2, column_points = 2 * column_pairs + 2;
  const int row_taps = 2 * row_pairs - 1, column_taps = 2 * column_pairs - 1;
  VECTOR half[CK_WINOGRAD_POINTS][CK_WINOGRAD_TAPS];
#pragma clang loop unroll(full)
  for (int j = 0; j < column_taps; j++) {
    VECTOR column[CK_WINOGRAD_TAPS], t[CK_WINOGRAD_POINTS];
#pragma clang loop unroll(full)
    for (int i = 0; i < row_taps; i++) column[i] = g[i * column_taps + j];
    CK_NAME(from_taps)(w->row_values, row_pairs, column, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < row_points; i++) half[i][j] = t[i];
  }
  for (int i = 0; i < row_points; i++) {
    VECTOR t[CK_WINOGRAD_POINTS];
    CK_NAME(from_taps)(w->column_values, column_pairs, half[i], t);
#pragma clang loop unroll(full)
    for (int j = 0; j < column_points; j++) *(VECTOR *)(transformed + (i * column_points + j) * stride) = t[j];
  }
}

CK_LOOP void CK_NAME(weight_gradient_block)(const ck_winograd *w, const int row_pairs, const int column_pairs,
                                            const float *du, size_t stride, VECTOR *g) {
  const int row_points = 2 * row_pairs + 2, column_points = 2 * column_pairs + 2;
  const int row_taps = 2 * row_pairs - 1, column_taps = 2 * column_pairs - 1;
  // The block of the input after the next is prefetched meanwhile.
  enum { ahead = 2 * CK_WINOGRAD_LANES };
  VECTOR half[CK_WINOGRAD_POINTS][CK_WINOGRAD_TAPS];
  for (int i = 0; i < row_points; i++) {
    VECTOR u[CK_WINOGRAD_POINTS];
#pragma clang loop unroll(full)
    for (int j = 0; j < column_points; j++) {
      u[j] = *(const VECTOR *)(du + (i * column_points + j) * stride);
      __builtin_prefetch(du + (i * column_points + j) * stride + ahead);
    }
    CK_NAME(to_taps)(w->column_values, column_pairs, u, half[i]);
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < column_taps; j++) {
    VECTOR column[CK_WINOGRAD_POINTS], t[CK_WINOGRAD_TAPS];
#pragma clang loop unroll(full)
    for (int i = 0; i < row_points; i++) column[i] = half[i][j];
    CK_NAME(to_taps)(w->row_values, row_pairs, column, t);
#pragma clang loop unroll(full)
    for (int i = 0; i < row_taps; i++) g[i * column_taps + j] = t[i];
  }
}

// G g Gᵀ and Gᵀ u G, a block of output channels at a time.
CK_TARGET
static void CK_NAME(transform_weight)(const ck_winograd *w, const float *weight, int32_t weight_outputs,
                                      int32_t weight_inputs, bool rotated, int32_t first_block, int32_t end_block,
                                      float *transformed) {
  const int32_t area = w->kernel_height * w->kernel_width;
  const int32_t inputs = rotated ? weight_outputs : weight_inputs, outputs = rotated ? weight_inputs : weight_outputs;
  const size_t block_size = (size_t)inputs * CK_WINOGRAD_LANES, stride = CK_NAME(weight_stride)(inputs, outputs);
  for (int32_t block = first_block; block < end_block; block++)
    for (int32_t input = 0; input < inputs; input++) {
      VECTOR g[CK_WINOGRAD_TAPS * CK_WINOGRAD_TAPS] = {0};
      for (int32_t c = 0; c < CK_WINOGRAD_LANES && block * CK_WINOGRAD_LANES + c < outputs; c++) {
        const int32_t output = block * CK_WINOGRAD_LANES + c;
        const float *kernel =
            weight + (rotated ? (size_t)input * weight_inputs + output : (size_t)output * weight_inputs + input) * area;
        for (int32_t k = 0; k < area; k++) ((float *)&g[k])[c] = kernel[rotated ? area - 1 - k : k];
      }
      float *to = transformed + block * block_size + (size_t)input * CK_WINOGRAD_LANES;
#define CALL(rows, columns) CK_NAME(weight_block)(w, rows, columns, g, stride, to)
      CK_BY_PAIRS(w->rows[0].pairs, w->columns[0].pairs, CALL)
#undef CALL
    }
}

CK_TARGET
static void CK_NAME(weight_gradient)(const ck_winograd *w, int32_t inputs, int32_t outputs, const float *du,
                                     int32_t first_input, int32_t end_input, float *dw) {
  const int32_t area = w->kernel_height * w->kernel_width;
  const size_t block_size = (size_t)inputs * CK_WINOGRAD_LANES, stride = CK_NAME(weight_stride)(inputs, outputs);
  for (int32_t block = 0; block < CK_NAME(blocks)(outputs); block++)
    for (int32_t input = first_input; input < end_input; input++) {
      VECTOR g[CK_WINOGRAD_TAPS * CK_WINOGRAD_TAPS];
      const float *from = du + block * block_size + (size_t)input * CK_WINOGRAD_LANES;
#define CALL(rows, columns) CK_NAME(weight_gradient_block)(w, rows, columns, from, stride, g)
      CK_BY_PAIRS(w->rows[0].pairs, w->columns[0].pairs, CALL)
#undef CALL
      for (int32_t c = 0; c < CK_WINOGRAD_LANES && block * CK_WINOGRAD_LANES + c < outputs; c++) {
        float *kernel = dw + ((size_t)(block * CK_WINOGRAD_LANES + c) * inputs + input) * area;
        for (int32_t k = 0; k < area; k++) kernel[k] = ((const float *)&g[k])[c];
      }
    }
}
#undef VECTOR
#undef HALF
#undef CK_LOOP
#undef CK_BY_PAIRS
#undef CK_BY_OUTPUTS
