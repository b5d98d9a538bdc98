// The loops of pooling over one plane, for elements of one type: pooling.c includes this file for each ELEMENT.

#define JOIN_(left, right) left##right
#define JOIN(left, right) JOIN_(left, right)
#define NAME(function) JOIN(function##_, ELEMENT)
#define TYPE JOIN(ck_, ELEMENT)
#define LOAD JOIN(ck_float_from_, ELEMENT)
#define STORE(value) JOIN(JOIN(ck_, ELEMENT), _from_float)(value)

// The offset of a pixel in a plane.
#define PIXEL(row, column, columns) (((size_t)(row) * (size_t)(columns) + (size_t)(column)) * (size_t)p->lanes)

CK_INLINE void NAME(max_window)(const ck_pooling *p, int32_t row, int32_t column, index_range rows,
                                index_range columns, const TYPE *input, TYPE *output, uint16_t *taps,
                                int32_t first_lane, const int32_t width) {
  float largest[16];
  uint32_t winner[16];
  for (int32_t lane = 0; lane < width; lane++) {
    largest[lane] = -INFINITY;
    winner[lane] = (uint32_t)(rows.first * p->kernel_width + columns.first);
  }
  for (int32_t i = rows.first; i < rows.end; i++) {
    const int32_t input_row = tap_index(vertical(p), row, i);
    for (int32_t j = columns.first; j < columns.end; j++) {
      const int32_t input_column = tap_index(horizontal(p), column, j);
      const TYPE *candidates = input + PIXEL(input_row, input_column, p->input_width) + first_lane;
      const uint32_t tap = (uint32_t)(i * p->kernel_width + j);
      for (int32_t lane = 0; lane < width; lane++) {
        const float value = LOAD(candidates[lane]);
        const bool wins = (value > largest[lane]) | (value != value);
        largest[lane] = wins ? value : largest[lane];
        winner[lane] = wins ? tap : winner[lane];
      }
    }
  }
  const size_t pixel = PIXEL(row, column, p->output_width) + (size_t)first_lane;
  for (int32_t lane = 0; lane < width; lane++) output[pixel + (size_t)lane] = STORE(largest[lane]);
  if (taps == NULL) return;
  for (int32_t lane = 0; lane < width; lane++) taps[pixel + (size_t)lane] = (uint16_t)winner[lane];
}

CK_VECTORIZED
static void NAME(max_plane)(const ck_pooling *p, size_t plane, const TYPE *input, TYPE *output, uint16_t *taps) {
  const size_t output_plane = plane * PIXEL(p->output_height, 0, p->output_width);
  input += plane * PIXEL(p->input_height, 0, p->input_width);
  output += output_plane;
  if (taps != NULL) taps += output_plane;
  // If the input is not in cache, loading it window by window takes twice the time, so each window prefetches its share
  // of what the next row of windows will read. The last row prefetches from the next plane.
  const size_t share = PIXEL(p->stride_height, 0, p->input_width) * sizeof *input / (size_t)p->output_width;
  for (int32_t row = 0; row < p->output_height; row++) {
    const index_range rows = valid_taps(vertical(p), row);
    const int32_t next_row = tap_index(vertical(p), row, p->kernel_height - 1) + 1;
    uintptr_t fetched = (uintptr_t)input + PIXEL(next_row, 0, p->input_width) * sizeof *input, due = fetched;
    for (int32_t column = 0; column < p->output_width; column++) {
      for (due += share; fetched < due; fetched += CACHE_LINE) __builtin_prefetch((const void *)fetched);
      const index_range columns = valid_taps(horizontal(p), column);
      FOR_ALL_LANES(p->lanes, NAME(max_window), p, row, column, rows, columns, input, output, taps);
    }
  }
}

// The sums of some adjacent pixels of a row, window by window. Pixel by pixel it takes 1.7 times as long: the number of
// windows that contain a pixel differs from one to the next.
CK_INLINE void NAME(max_sums)(const ck_pooling *p, int32_t row, index_range rows, index_range pixels,
                              index_range columns, const TYPE *output_gradient, const uint16_t *taps,
                              TYPE *input_gradient, int32_t first_lane, const int32_t width) {
  float sums[STRIP][16];
  for (int32_t pixel = 0; pixel < pixels.end - pixels.first; pixel++)
    for (int32_t lane = 0; lane < width; lane++) sums[pixel][lane] = 0;
  for (int32_t r = rows.first; r < rows.end; r++) {
    const int32_t i = tap_at(vertical(p), r, row);
    if (i < 0) continue;
    for (int32_t c = columns.first; c < columns.end; c++) {
      const size_t output = PIXEL(r, c, p->output_width) + (size_t)first_lane;
      for (int32_t j = 0; j < p->kernel_width; j++) {
        const int32_t column = tap_index(horizontal(p), c, j);
        if (column < pixels.first || column >= pixels.end) continue;
        const uint32_t tap = (uint32_t)(i * p->kernel_width + j);
        float *sum = sums[column - pixels.first];
        for (int32_t lane = 0; lane < width; lane++) {
          const float gradient = LOAD(output_gradient[output + (size_t)lane]);
          sum[lane] += taps[output + (size_t)lane] == tap ? gradient : 0;
        }
      }
    }
  }
  for (int32_t column = pixels.first; column < pixels.end; column++) {
    TYPE *target = input_gradient + PIXEL(row, column, p->input_width) + first_lane;
    for (int32_t lane = 0; lane < width; lane++) target[lane] = STORE(sums[column - pixels.first][lane]);
  }
}

CK_VECTORIZED
static void NAME(max_gradient_plane)(const ck_pooling *p, size_t plane, const TYPE *output_gradient,
                                     TYPE *input_gradient, const uint16_t *taps) {
  const size_t output_plane = plane * PIXEL(p->output_height, 0, p->output_width);
  output_gradient += output_plane;
  taps += output_plane;
  input_gradient += plane * PIXEL(p->input_height, 0, p->input_width);
  for (int32_t row = 0; row < p->input_height; row++) {
    const index_range rows = windows_around(vertical(p), row);
    for (int32_t first = 0; first < p->input_width; first += STRIP) {
      const int32_t left = p->input_width - first;
      const index_range pixels = {first, first + (left < STRIP ? left : STRIP)};
      const index_range columns = {windows_around(horizontal(p), pixels.first).first,
                                   windows_around(horizontal(p), pixels.end - 1).end};
      FOR_ALL_LANES(p->lanes, NAME(max_sums), p, row, rows, pixels, columns, output_gradient, taps, input_gradient);
    }
  }
}

CK_INLINE void NAME(average_window)(const ck_pooling *p, int32_t row, int32_t column, index_range rows,
                                    index_range columns, const TYPE *input, TYPE *output, int32_t first_lane,
                                    const int32_t width) {
  float sum[16] = {0};
  for (int32_t i = rows.first; i < rows.end; i++) {
    const int32_t input_row = tap_index(vertical(p), row, i);
    for (int32_t j = columns.first; j < columns.end; j++) {
      const int32_t input_column = tap_index(horizontal(p), column, j);
      const TYPE *tap = input + PIXEL(input_row, input_column, p->input_width) + first_lane;
      for (int32_t lane = 0; lane < width; lane++) sum[lane] += LOAD(tap[lane]);
    }
  }
  const float count = divisor(p, row, column, rows, columns);
  TYPE *target = output + PIXEL(row, column, p->output_width) + first_lane;
  for (int32_t lane = 0; lane < width; lane++) target[lane] = STORE(sum[lane] / count);
}

CK_VECTORIZED
static void NAME(average_plane)(const ck_pooling *p, size_t plane, const TYPE *input, TYPE *output) {
  input += plane * PIXEL(p->input_height, 0, p->input_width);
  output += plane * PIXEL(p->output_height, 0, p->output_width);
  for (int32_t row = 0; row < p->output_height; row++) {
    const index_range rows = valid_taps(vertical(p), row);
    for (int32_t column = 0; column < p->output_width; column++) {
      const index_range columns = valid_taps(horizontal(p), column);
      FOR_ALL_LANES(p->lanes, NAME(average_window), p, row, column, rows, columns, input, output);
    }
  }
}

CK_INLINE void NAME(average_sum)(const ck_pooling *p, int32_t row, int32_t column, index_range rows,
                                 index_range columns, const TYPE *output_gradient, TYPE *input_gradient,
                                 int32_t first_lane, const int32_t width) {
  float sum[16] = {0};
  for (int32_t r = rows.first; r < rows.end; r++) {
    const index_range row_taps = valid_taps(vertical(p), r);
    for (int32_t c = columns.first; c < columns.end; c++) {
      if (tap_at(vertical(p), r, row) < 0 || tap_at(horizontal(p), c, column) < 0) continue;
      const float count = divisor(p, r, c, row_taps, valid_taps(horizontal(p), c));
      const TYPE *gradient = output_gradient + PIXEL(r, c, p->output_width) + first_lane;
      for (int32_t lane = 0; lane < width; lane++) sum[lane] += LOAD(gradient[lane]) / count;
    }
  }
  TYPE *target = input_gradient + PIXEL(row, column, p->input_width) + first_lane;
  for (int32_t lane = 0; lane < width; lane++) target[lane] = STORE(sum[lane]);
}

CK_VECTORIZED
static void NAME(average_gradient_plane)(const ck_pooling *p, size_t plane, const TYPE *output_gradient,
                                         TYPE *input_gradient) {
  output_gradient += plane * PIXEL(p->output_height, 0, p->output_width);
  input_gradient += plane * PIXEL(p->input_height, 0, p->input_width);
  for (int32_t row = 0; row < p->input_height; row++) {
    const index_range rows = windows_around(vertical(p), row);
    for (int32_t column = 0; column < p->input_width; column++) {
      const index_range columns = windows_around(horizontal(p), column);
      FOR_ALL_LANES(p->lanes, NAME(average_sum), p, row, column, rows, columns, output_gradient, input_gradient);
    }
  }
}

#undef JOIN_
#undef JOIN
#undef NAME
#undef TYPE
#undef LOAD
#undef STORE
#undef PIXEL
