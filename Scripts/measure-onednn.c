// What made the dnnl backend go its own ways, measured on the oneDNN that this is compiled with: what its ReLU and its
// pooling make of NaN, and how often its fast weight gradients are wrong. Scripts/measure-onednn runs it.
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "onednn.h"

enum { OUTPUTS = 16, HEIGHT = 9, MOST_ARGUMENTS = 5 };

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static dnnl_primitive_attr_t attributes;

static void check(dnnl_status_t status, const char *task) {
  if (status == dnnl_success) return;
  fprintf(stderr, "oneDNN could not %s: status %d\n", task, status);
  exit(1);
}

// The size of memory for `size` bytes; it continues behind them, so that overruns do no harm.
static size_t generous(size_t size) { return (size + 4096) / 64 * 64; }

// Memory of at least `size` bytes whose bits are all set, which is NaN in each type.
static void *nan_memory(size_t size) {
  void *memory = aligned_alloc(64, generous(size));
  if (memory == NULL) exit(1);
  return memset(memory, 0xff, generous(size));
}

// Whether something was written behind the first `size` bytes of memory.
static bool overran(const unsigned char *memory, size_t size) {
  for (size_t i = size; i < generous(size); i++)
    if (memory[i] != 0xff) return true;
  return false;
}

// MARK: Primitives

typedef struct {
  int argument;
  onednn_const_memory_desc desc;
  void *data;
} tensor;

// Runs a primitive; true if it wrote past the end of its scratch memory.
static bool run(dnnl_primitive_desc_t desc, int count, const tensor *tensors) {
  dnnl_primitive_t primitive;
  check(dnnl_primitive_create(&primitive, desc), "create a primitive");
  onednn_const_memory_desc scratch = onednn_query_memory_desc(desc, dnnl_query_scratchpad_md);
  tensor all[MOST_ARGUMENTS] = {{0}};
  memcpy(all, tensors, sizeof *tensors * (size_t)count);
  all[count] = (tensor){DNNL_ARG_SCRATCHPAD, scratch, nan_memory(onednn_memory_desc_size(scratch))};
  dnnl_exec_arg_t arguments[MOST_ARGUMENTS];
  for (int i = 0; i <= count; i++) {
    arguments[i].arg = all[i].argument;
    check(onednn_memory_create(&arguments[i].memory, all[i].desc, engine, all[i].data), "describe memory");
  }
  check(dnnl_primitive_execute(primitive, stream, count + 1, arguments), "run a primitive");
  check(dnnl_stream_wait(stream), "wait");
  for (int i = 0; i <= count; i++) dnnl_memory_destroy(arguments[i].memory);
  const bool overruns = overran(all[count].data, onednn_memory_desc_size(scratch));
  free(all[count].data);
  dnnl_primitive_destroy(primitive);
  return overruns;
}

static void reorder(onednn_const_memory_desc source, void *from, onednn_const_memory_desc destination, void *to) {
  dnnl_primitive_desc_t desc;
  check(onednn_reorder(&desc, engine, source, destination, attributes), "create a reorder");
  run(desc, 2, (tensor[]){{DNNL_ARG_FROM, source, from}, {DNNL_ARG_TO, destination, to}});
  dnnl_primitive_desc_destroy(desc);
}

// MARK: NaN

// ReLU alone, or a maximum over windows of 2×2.
static dnnl_primitive_desc_t elementwise(bool pools, onednn_const_memory_desc x, onednn_const_memory_desc y) {
  const dnnl_dims_t two = {2, 2}, zero = {0};
  dnnl_primitive_desc_t result;
#if ONEDNN_V3
  check(pools ? dnnl_pooling_forward_primitive_desc_create(&result, engine, dnnl_forward_inference, dnnl_pooling_max, x,
                                                           y, two, two, zero, zero, zero, attributes)
              : dnnl_eltwise_forward_primitive_desc_create(&result, engine, dnnl_forward_inference, dnnl_eltwise_relu,
                                                           x, y, 0, 0, attributes),
        "create ReLU or pooling");
#else
  dnnl_pooling_desc_t pooling;
  dnnl_eltwise_desc_t relu;
  check(pools ? dnnl_pooling_forward_desc_init(&pooling, dnnl_forward_inference, dnnl_pooling_max, x, y, two, two, zero,
                                               zero)
              : dnnl_eltwise_forward_desc_init(&relu, dnnl_forward_inference, dnnl_eltwise_relu, x, 0, 0),
        "describe ReLU or pooling");
  check(dnnl_primitive_desc_create(&result, pools ? (void *)&pooling : (void *)&relu, attributes, engine, NULL),
        "create ReLU or pooling");
#endif
  return result;
}

// A 1×1 convolution from 16 to 16 channels, with ReLU.
static dnnl_primitive_desc_t convolution_with_relu(onednn_const_memory_desc images) {
  dnnl_post_ops_t operations;
  check(dnnl_post_ops_create(&operations), "create post-ops");
#if ONEDNN_V3
  check(dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, 0, 0), "append ReLU");
#else
  check(dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0), "append ReLU");
#endif
  dnnl_primitive_attr_t with_relu;
  check(dnnl_primitive_attr_clone(&with_relu, attributes), "copy attributes");
  check(dnnl_primitive_attr_set_post_ops(with_relu, operations), "set post-ops");
  const dnnl_dims_t extents = {16, 16, 1, 1};
  const onednn_window window = {{1, 1}, {0}, {0}, {0}};
  onednn_memory_desc weight;
  check(onednn_memory_desc_create_any(&weight, 4, extents, dnnl_f32), "describe a weight");
  dnnl_primitive_desc_t result;
  check(onednn_convolution_forward(&result, engine, dnnl_forward_inference, dnnl_convolution_direct, images, weight,
                                   NULL, images, &window, with_relu),
        "create a convolution with ReLU");
  onednn_memory_desc_destroy(weight);
  dnnl_primitive_attr_destroy(with_relu);
  dnnl_post_ops_destroy(operations);
  return result;
}

static void measure_nan(void) {
  const dnnl_dims_t extents = {1, 16, 8, 8}, halved = {1, 16, 4, 4};
  onednn_memory_desc images, pooled;
  check(onednn_memory_desc_create_lanes(&images, extents, dnnl_f32, 16), "describe images");
  check(onednn_memory_desc_create_lanes(&pooled, halved, dnnl_f32, 16), "describe images");
  float *x = nan_memory(onednn_memory_desc_size(images)), *y = nan_memory(onednn_memory_desc_size(images));
  for (int pools = 0; pools <= 1; pools++) {
    onednn_const_memory_desc output = pools ? pooled : images;
    dnnl_primitive_desc_t desc = elementwise(pools, images, output);
    run(desc, 2, (tensor[]){{DNNL_ARG_SRC, images, x}, {DNNL_ARG_DST, output, y}});
    printf("%s of NaN: %g (%s)\n", pools ? "max pooling" : "ReLU", (double)y[0], onednn_implementation(desc));
    dnnl_primitive_desc_destroy(desc);
  }
  dnnl_primitive_desc_t fused = convolution_with_relu(images);
  onednn_const_memory_desc weights = onednn_query_memory_desc(fused, dnnl_query_weights_md);
  float *w = nan_memory(onednn_memory_desc_size(weights));
  run(fused, 3, (tensor[]){{DNNL_ARG_SRC, images, x}, {DNNL_ARG_WEIGHTS, weights, w}, {DNNL_ARG_DST, images, y}});
  printf("ReLU of NaN, fused into a convolution: %g (%s)\n", (double)y[0], onednn_implementation(fused));
  dnnl_primitive_desc_destroy(fused);
  free(w);
  free(x);
  free(y);
  onednn_memory_desc_destroy(images);
  onednn_memory_desc_destroy(pooled);
}

// MARK: Weight gradients

typedef struct {
  dnnl_data_type_t type;
  bool channels_last;
  int channels, width, kernel, stride, padding;
} convolution;

static int outputs_of(int extent, convolution c) { return (extent + 2 * c.padding - c.kernel) / c.stride + 1; }

// An eighth from −1 to 1, which bfloat16 holds and whose sums float32 holds.
static float number(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)((int)(*state >> 16) % 17 - 8) / 8;
}

// What the gradient of one weight should be.
static float expected(convolution c, const float *x, const float *dy, int output, int channel, int row, int column) {
  const int height = outputs_of(HEIGHT, c), width = outputs_of(c.width, c);
  float sum = 0;
  for (int i = 0; i < height; i++)
    for (int j = 0; j < width; j++) {
      const int u = i * c.stride + row - c.padding, v = j * c.stride + column - c.padding;
      if (u < 0 || u >= HEIGHT || v < 0 || v >= c.width) continue;
      sum += x[(channel * HEIGHT + u) * c.width + v] * dy[(output * height + i) * width + j];
    }
  return sum;
}

static bool is_right(convolution c, const float *x, const float *dy, const float *dw) {
  for (int o = 0; o < OUTPUTS; o++)
    for (int i = 0; i < c.channels; i++)
      for (int u = 0; u < c.kernel; u++)
        for (int v = 0; v < c.kernel; v++)
          if (dw[((o * c.channels + i) * c.kernel + u) * c.kernel + v] != expected(c, x, dy, o, i, u, v)) return false;
  return true;
}

// Whether oneDNN's preferred implementation gives the right weight gradient, and uses no memory but its own.
static bool gives_right_gradient(convolution c) {
  const dnnl_dims_t extents[3] = {{1, c.channels, HEIGHT, c.width},
                                  {OUTPUTS, c.channels, c.kernel, c.kernel},
                                  {1, OUTPUTS, outputs_of(HEIGHT, c), outputs_of(c.width, c)}};
  onednn_memory_desc any[3], any_gradient, plain[3];
  float *values[3];
  uint32_t state = 7;
  for (int i = 0; i < 3; i++) {
    check(i == 0 && c.channels_last ? onednn_memory_desc_create_lanes(&any[i], extents[i], c.type, c.channels)
                                    : onednn_memory_desc_create_any(&any[i], 4, extents[i], c.type),
          "describe a tensor");
    check(onednn_memory_desc_create_plain(&plain[i], 4, extents[i], dnnl_f32), "describe a tensor");
    values[i] = nan_memory(onednn_memory_desc_size(plain[i]));
    for (size_t j = 0; j < onednn_memory_desc_size(plain[i]) / sizeof(float); j++) values[i][j] = number(&state);
  }
  check(onednn_memory_desc_create_any(&any_gradient, 4, extents[1], dnnl_f32), "describe a tensor");
  const onednn_window window = {{c.stride, c.stride}, {0}, {c.padding, c.padding}, {c.padding, c.padding}};
  dnnl_primitive_desc_t forward, gradient;
  check(onednn_convolution_forward(&forward, engine, dnnl_forward_training, dnnl_convolution_direct, any[0], any[1],
                                   NULL, any[2], &window, attributes),
        "create a convolution");
  check(onednn_convolution_backward_weights(&gradient, engine, dnnl_convolution_direct, any[0], any_gradient, NULL,
                                            any[2], &window, forward, attributes, 0),
        "create a weight gradient");
  const dnnl_query_t queries[3] = {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md};
  const int arguments[3] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST};
  tensor tensors[3];
  for (int i = 0; i < 3; i++) {
    onednn_const_memory_desc desc = onednn_query_memory_desc(gradient, queries[i]);
    tensors[i] = (tensor){arguments[i], desc, nan_memory(onednn_memory_desc_size(desc))};
    if (i != 1) reorder(plain[i], values[i], tensors[i].desc, tensors[i].data);
  }
  const bool overruns = run(gradient, 3, tensors);
  reorder(tensors[1].desc, tensors[1].data, plain[1], values[1]);
  const bool result = !overruns && is_right(c, values[0], values[2], values[1]);
  for (int i = 0; i < 3; i++) {
    free(tensors[i].data);
    free(values[i]);
    onednn_memory_desc_destroy(any[i]);
    onednn_memory_desc_destroy(plain[i]);
  }
  onednn_memory_desc_destroy(any_gradient);
  dnnl_primitive_desc_destroy(forward);
  dnnl_primitive_desc_destroy(gradient);
  return result;
}

// Counts the wrong ones among 1×1 kernels whose stride divides the image, with channels last.
static void measure_pointwise_gradients(int least_channels, int most_channels) {
  int wrong = 0, all = 0;
  for (int channels = least_channels; channels <= most_channels; channels++)
    for (int width = 3; width <= 24; width += 3, all++)
      wrong += !gives_right_gradient((convolution){dnnl_f32, true, channels, width, 1, 3, 0});
  printf("float32 weight gradients, 1×1, stride 3, %d to %d channels: %d of %d wrong\n", least_channels, most_channels,
         wrong, all);
}

// Counts the wrong ones among shapes whose rows are shorter than the stride, or as long and longer.
static void measure_gradients(bool short_rows, int channels) {
  int wrong = 0, all = 0;
  for (int width = 1; width <= 4; width++)
    for (int stride = short_rows ? width + 1 : 1; stride <= (short_rows ? 4 : width); stride++)
      for (int padding = 0; padding <= 2; padding++)
        for (int kernel = 1; kernel <= width + 2 * padding; kernel++) {
          all++;
          wrong += !gives_right_gradient((convolution){dnnl_bf16, false, channels, width, kernel, stride, padding});
        }
  printf("bf16 weight gradients, %2d channels, rows %s: %d of %d wrong\n", channels,
         short_rows ? "shorter than the stride" : "as long as the stride or longer", wrong, all);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  check(dnnl_engine_create(&engine, dnnl_cpu, 0), "create an engine");
  check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "create a stream");
  check(dnnl_primitive_attr_create(&attributes), "create attributes");
  check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "set attributes");
  const dnnl_version_t *version = dnnl_version();
  printf("oneDNN %d.%d.%d\n", version->major, version->minor, version->patch);
  measure_nan();
  measure_pointwise_gradients(8, 16);
  measure_pointwise_gradients(1, 7);
  if ((dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) != dnnl_cpu_isa_avx512_core) {
    printf("bf16 weight gradients: not measured, they need AVX-512\n");
    return 0;
  }
  for (int short_rows = 1; short_rows >= 0; short_rows--)
    for (int channels = 8; channels <= 32; channels *= 2) measure_gradients(short_rows, channels);
}
