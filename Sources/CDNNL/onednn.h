// One set of functions for oneDNN, whichever of its C interfaces is installed.
//
// Version 2 (Debian 12) makes a primitive descriptor from an operation descriptor and has memory descriptors that are
// structures; version 3 makes primitive descriptors directly and has opaque memory descriptors. The functions here have
// the form of version 3. Only this header depends on the difference.
#pragma once

#include <oneapi/dnnl/dnnl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ONEDNN_V3 (DNNL_VERSION_MAJOR >= 3)

#if ONEDNN_V3
typedef dnnl_memory_desc_t onednn_memory_desc;
typedef const_dnnl_memory_desc_t onednn_const_memory_desc;
#else
typedef dnnl_memory_desc_t *onednn_memory_desc;
typedef const dnnl_memory_desc_t *onednn_const_memory_desc;
#endif

// How the elements of a memory descriptor are stored: strides of the outer dimensions, and inner blocks.
typedef struct {
  int ndims;
  dnnl_dims_t dims;
  dnnl_dims_t strides;
  int inner_count;
  dnnl_dims_t inner_blocks;
  dnnl_dims_t inner_axes;
} onednn_blocking;

// MARK: Memory descriptors

static inline dnnl_status_t onednn_memory_desc_clone(onednn_memory_desc *result, onednn_const_memory_desc source) {
#if ONEDNN_V3
  return dnnl_memory_desc_clone(result, source);
#else
  *result = (onednn_memory_desc)malloc(sizeof **result);
  if (*result == NULL) return dnnl_out_of_memory;
  memcpy(*result, source, sizeof **result);
  return dnnl_success;
#endif
}

static inline void onednn_memory_desc_destroy(onednn_memory_desc desc) {
#if ONEDNN_V3
  dnnl_memory_desc_destroy(desc);
#else
  free(desc);
#endif
}

// Row-major without padding.
static inline dnnl_status_t onednn_memory_desc_create_plain(onednn_memory_desc *result, int ndims,
                                                            const dnnl_dim_t *dims, dnnl_data_type_t type) {
  dnnl_dims_t strides;
  dnnl_dim_t stride = 1;
  for (int axis = ndims - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis];
  }
#if ONEDNN_V3
  return dnnl_memory_desc_create_with_strides(result, ndims, dims, type, strides);
#else
  dnnl_memory_desc_t desc;
  const dnnl_status_t status = dnnl_memory_desc_init_by_strides(&desc, ndims, dims, type, strides);
  return status == dnnl_success ? onednn_memory_desc_clone(result, &desc) : status;
#endif
}

// N×C×H×W with the channels in runs of `lanes`; only for layouts that oneDNN has a name for.
static inline dnnl_status_t onednn_memory_desc_create_lanes(onednn_memory_desc *result, const dnnl_dim_t *dims,
                                                            dnnl_data_type_t type, dnnl_dim_t lanes) {
  const dnnl_format_tag_t tag = lanes == dims[1] ? dnnl_acdb
                                : lanes == 16    ? dnnl_aBcd16b
                                : lanes == 8     ? dnnl_aBcd8b
                                : lanes == 4     ? dnnl_aBcd4b
                                                 : dnnl_format_tag_undef;
  if (tag == dnnl_format_tag_undef) return dnnl_unimplemented;
#if ONEDNN_V3
  return dnnl_memory_desc_create_with_tag(result, 4, dims, type, tag);
#else
  dnnl_memory_desc_t desc;
  const dnnl_status_t status = dnnl_memory_desc_init_by_tag(&desc, 4, dims, type, tag);
  return status == dnnl_success ? onednn_memory_desc_clone(result, &desc) : status;
#endif
}

// The layout that the primitive prefers.
static inline dnnl_status_t onednn_memory_desc_create_any(onednn_memory_desc *result, int ndims,
                                                          const dnnl_dim_t *dims, dnnl_data_type_t type) {
#if ONEDNN_V3
  return dnnl_memory_desc_create_with_tag(result, ndims, dims, type, dnnl_format_tag_any);
#else
  dnnl_memory_desc_t desc;
  const dnnl_status_t status = dnnl_memory_desc_init_by_tag(&desc, ndims, dims, type, dnnl_format_tag_any);
  return status == dnnl_success ? onednn_memory_desc_clone(result, &desc) : status;
#endif
}

static inline bool onednn_memory_desc_equal(onednn_const_memory_desc left, onednn_const_memory_desc right) {
  return dnnl_memory_desc_equal(left, right) != 0;
}

static inline size_t onednn_memory_desc_size(onednn_const_memory_desc desc) {
  return dnnl_memory_desc_get_size(desc);
}

// False if strides and blocks cannot describe how the elements are stored.
static inline bool onednn_memory_desc_blocking(onednn_const_memory_desc desc, onednn_blocking *blocking) {
#if ONEDNN_V3
  dnnl_format_kind_t kind;
  const dnnl_dims_t *dims, *strides, *blocks, *axes;
  int32_t ndims, inner_count;
  if (dnnl_memory_desc_query(desc, dnnl_query_format_kind, &kind) != dnnl_success || kind != dnnl_blocked)
    return false;
  dnnl_memory_desc_query(desc, dnnl_query_ndims_s32, &ndims);
  dnnl_memory_desc_query(desc, dnnl_query_dims, &dims);
  dnnl_memory_desc_query(desc, dnnl_query_strides, &strides);
  dnnl_memory_desc_query(desc, dnnl_query_inner_nblks_s32, &inner_count);
  dnnl_memory_desc_query(desc, dnnl_query_inner_blks, &blocks);
  dnnl_memory_desc_query(desc, dnnl_query_inner_idxs, &axes);
  blocking->ndims = ndims;
  blocking->inner_count = inner_count;
  memcpy(blocking->dims, *dims, sizeof(dnnl_dims_t));
  memcpy(blocking->strides, *strides, sizeof(dnnl_dims_t));
  memcpy(blocking->inner_blocks, *blocks, sizeof(dnnl_dims_t));
  memcpy(blocking->inner_axes, *axes, sizeof(dnnl_dims_t));
#else
  if (desc->format_kind != dnnl_blocked) return false;
  const dnnl_blocking_desc_t *source = &desc->format_desc.blocking;
  blocking->ndims = desc->ndims;
  blocking->inner_count = source->inner_nblks;
  memcpy(blocking->dims, desc->dims, sizeof(dnnl_dims_t));
  memcpy(blocking->strides, source->strides, sizeof(dnnl_dims_t));
  memcpy(blocking->inner_blocks, source->inner_blks, sizeof(dnnl_dims_t));
  memcpy(blocking->inner_axes, source->inner_idxs, sizeof(dnnl_dims_t));
#endif
  return true;
}

static inline dnnl_status_t onednn_memory_create(dnnl_memory_t *memory, onednn_const_memory_desc desc,
                                                 dnnl_engine_t engine, void *handle) {
  return dnnl_memory_create(memory, desc, engine, handle);
}

// MARK: Primitive descriptors

typedef struct {
  dnnl_dims_t strides, dilates, padding_before, padding_after;
} onednn_window;

static inline dnnl_status_t onednn_convolution_forward(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind, dnnl_alg_kind_t algorithm,
    onednn_const_memory_desc source, onednn_const_memory_desc weights, onednn_const_memory_desc bias,
    onednn_const_memory_desc destination, const onednn_window *window, const_dnnl_primitive_attr_t attributes) {
#if ONEDNN_V3
  return dnnl_convolution_forward_primitive_desc_create(
      result, engine, kind, algorithm, source, weights, bias, destination, window->strides, window->dilates,
      window->padding_before, window->padding_after, attributes);
#else
  dnnl_convolution_desc_t desc;
  const dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &desc, kind, algorithm, source, weights, bias, destination, window->strides, window->dilates,
      window->padding_before, window->padding_after);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &desc, attributes, engine, NULL);
#endif
}

static inline dnnl_status_t onednn_convolution_backward_data(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    onednn_const_memory_desc source_gradient, onednn_const_memory_desc weights,
    onednn_const_memory_desc destination_gradient, const onednn_window *window,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
#if ONEDNN_V3
  return dnnl_convolution_backward_data_primitive_desc_create(
      result, engine, algorithm, source_gradient, weights, destination_gradient, window->strides,
      window->dilates, window->padding_before, window->padding_after, forward, attributes);
#else
  dnnl_convolution_desc_t desc;
  const dnnl_status_t status = dnnl_dilated_convolution_backward_data_desc_init(
      &desc, algorithm, source_gradient, weights, destination_gradient, window->strides, window->dilates,
      window->padding_before, window->padding_after);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &desc, attributes, engine, forward);
#endif
}

// Skips the first `skipped` implementations in oneDNN's order of preference.
static inline dnnl_status_t onednn_convolution_backward_weights(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_alg_kind_t algorithm,
    onednn_const_memory_desc source, onednn_const_memory_desc weights_gradient,
    onednn_const_memory_desc bias_gradient, onednn_const_memory_desc destination_gradient,
    const onednn_window *window, const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes,
    int skipped) {
#if ONEDNN_V3
  dnnl_status_t status = dnnl_convolution_backward_weights_primitive_desc_create(
      result, engine, algorithm, source, weights_gradient, bias_gradient, destination_gradient, window->strides,
      window->dilates, window->padding_before, window->padding_after, forward, attributes);
  if (status != dnnl_success) return status;
  for (; status == dnnl_success && skipped > 0; skipped--) status = dnnl_primitive_desc_next_impl(*result);
  if (status != dnnl_success) dnnl_primitive_desc_destroy(*result);
  return status == dnnl_last_impl_reached ? dnnl_unimplemented : status;
#else
  dnnl_convolution_desc_t desc;
  dnnl_status_t status = dnnl_dilated_convolution_backward_weights_desc_init(
      &desc, algorithm, source, weights_gradient, bias_gradient, destination_gradient, window->strides,
      window->dilates, window->padding_before, window->padding_after);
  if (status != dnnl_success) return status;
  dnnl_primitive_desc_iterator_t iterator;
  status = dnnl_primitive_desc_iterator_create(&iterator, &desc, attributes, engine, forward);
  if (status != dnnl_success) return status;
  for (; status == dnnl_success && skipped > 0; skipped--) status = dnnl_primitive_desc_iterator_next(iterator);
  if (status == dnnl_success) {
    *result = dnnl_primitive_desc_iterator_fetch(iterator);
    if (*result == NULL) status = dnnl_out_of_memory;
  }
  dnnl_primitive_desc_iterator_destroy(iterator);
  return status == dnnl_iterator_ends ? dnnl_unimplemented : status;
#endif
}

static inline dnnl_status_t onednn_inner_product_forward(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, dnnl_prop_kind_t kind, onednn_const_memory_desc source,
    onednn_const_memory_desc weights, onednn_const_memory_desc bias, onednn_const_memory_desc destination,
    const_dnnl_primitive_attr_t attributes) {
#if ONEDNN_V3
  return dnnl_inner_product_forward_primitive_desc_create(result, engine, kind, source, weights, bias,
                                                          destination, attributes);
#else
  dnnl_inner_product_desc_t desc;
  const dnnl_status_t status =
      dnnl_inner_product_forward_desc_init(&desc, kind, source, weights, bias, destination);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &desc, attributes, engine, NULL);
#endif
}

static inline dnnl_status_t onednn_inner_product_backward_data(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, onednn_const_memory_desc source_gradient,
    onednn_const_memory_desc weights, onednn_const_memory_desc destination_gradient,
    const_dnnl_primitive_desc_t forward, const_dnnl_primitive_attr_t attributes) {
#if ONEDNN_V3
  return dnnl_inner_product_backward_data_primitive_desc_create(
      result, engine, source_gradient, weights, destination_gradient, forward, attributes);
#else
  dnnl_inner_product_desc_t desc;
  const dnnl_status_t status =
      dnnl_inner_product_backward_data_desc_init(&desc, source_gradient, weights, destination_gradient);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &desc, attributes, engine, forward);
#endif
}

static inline dnnl_status_t onednn_inner_product_backward_weights(
    dnnl_primitive_desc_t *result, dnnl_engine_t engine, onednn_const_memory_desc source,
    onednn_const_memory_desc weights_gradient, onednn_const_memory_desc bias_gradient,
    onednn_const_memory_desc destination_gradient, const_dnnl_primitive_desc_t forward,
    const_dnnl_primitive_attr_t attributes) {
#if ONEDNN_V3
  return dnnl_inner_product_backward_weights_primitive_desc_create(
      result, engine, source, weights_gradient, bias_gradient, destination_gradient, forward, attributes);
#else
  dnnl_inner_product_desc_t desc;
  const dnnl_status_t status = dnnl_inner_product_backward_weights_desc_init(
      &desc, source, weights_gradient, bias_gradient, destination_gradient);
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(result, &desc, attributes, engine, forward);
#endif
}

static inline dnnl_status_t onednn_reorder(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                           onednn_const_memory_desc source, onednn_const_memory_desc destination,
                                           const_dnnl_primitive_attr_t attributes) {
  return dnnl_reorder_primitive_desc_create(result, source, engine, destination, engine, attributes);
}

static inline onednn_const_memory_desc onednn_query_memory_desc(const_dnnl_primitive_desc_t desc,
                                                                dnnl_query_t what) {
  return dnnl_primitive_desc_query_md(desc, what, 0);
}

static inline const char *onednn_implementation(const_dnnl_primitive_desc_t desc) {
  const char *name = NULL;
  const dnnl_status_t status = dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name);
  return status == dnnl_success && name != NULL ? name : "unknown";
}
