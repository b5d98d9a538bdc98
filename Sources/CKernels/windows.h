// The taps of a window inside the input, and the windows that contain an input element, along one axis.
#pragma once
#include "pooling.h"

typedef struct {
  int32_t extent, outputs, kernel, stride, dilation, padding;
} window_axis;

typedef struct {
  int32_t first, end;
} index_range;

CK_INLINE window_axis vertical(const ck_pooling *p) {
  return (window_axis){p->input_height,  p->output_height,   p->kernel_height,
                       p->stride_height, p->dilation_height, p->padding_top};
}

CK_INLINE window_axis horizontal(const ck_pooling *p) {
  return (window_axis){p->input_width,  p->output_width,   p->kernel_width,
                       p->stride_width, p->dilation_width, p->padding_left};
}

// The index of a tap of an output's window in the input; may be outside.
CK_INLINE int32_t tap_index(window_axis axis, int32_t output, int32_t tap) {
  return output * axis.stride - axis.padding + tap * axis.dilation;
}

CK_INLINE index_range valid_taps(window_axis axis, int32_t output) {
  index_range taps = {0, axis.kernel};
  while (taps.first < taps.end && tap_index(axis, output, taps.first) < 0) taps.first++;
  while (taps.end > taps.first && tap_index(axis, output, taps.end - 1) >= axis.extent) taps.end--;
  return taps;
}

// The number of taps on the input or its padding; the last window may extend beyond both.
CK_INLINE int32_t padded_taps(window_axis axis, int32_t output, int32_t padding_after) {
  int32_t taps = axis.kernel;
  while (taps > 0 && tap_index(axis, output, taps - 1) >= axis.extent + padding_after) taps--;
  return taps;
}

// The outputs whose windows span an input element, from the first tap to the last.
CK_INLINE index_range windows_around(window_axis axis, int32_t element) {
  const int32_t last = element + axis.padding;
  const int32_t first = last - (axis.kernel - 1) * axis.dilation;
  const int32_t end = last / axis.stride + 1;
  return (index_range){first > 0 ? (first + axis.stride - 1) / axis.stride : 0,
                       end < axis.outputs ? end : axis.outputs};
}

// The tap of an output's window that meets an input element; negative if dilation skips it.
CK_INLINE int32_t tap_at(window_axis axis, int32_t output, int32_t element) {
  const int32_t distance = element - tap_index(axis, output, 0);
  // Almost always true, and it saves a division for each window of each pixel.
  if (axis.dilation == 1) return distance;
  return distance % axis.dilation == 0 ? distance / axis.dilation : -1;
}
