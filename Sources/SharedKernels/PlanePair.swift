import CKernels
import Operations

/// The planes of a pooling's input and output, one of each at a time.
struct PlanePair {
  /// Planes of all images.
  let count: Int
  /// Elements of an input plane.
  let inputStride: Int
  /// Elements of an output plane.
  let outputStride: Int

  init(_ geometry: PoolingGeometry, _ layout: PlaneLayout) {
    count = layout.planes
    inputStride = geometry.input.area * layout.lanes
    outputStride = geometry.output.area * layout.lanes
  }
}

extension ck_pooling {
  init(_ geometry: PoolingGeometry, countsPadding: Bool, lanes: Int) {
    let window = geometry.window
    self.init(
      input_height: Int32(geometry.input.height), input_width: Int32(geometry.input.width),
      output_height: Int32(geometry.output.height), output_width: Int32(geometry.output.width),
      kernel_height: Int32(window.kernel.height), kernel_width: Int32(window.kernel.width),
      stride_height: Int32(window.stride.height), stride_width: Int32(window.stride.width),
      dilation_height: Int32(window.dilation.height), dilation_width: Int32(window.dilation.width),
      padding_top: Int32(window.padding.top), padding_bottom: Int32(window.padding.bottom),
      padding_left: Int32(window.padding.left), padding_right: Int32(window.padding.right),
      counts_padding: countsPadding, lanes: Int32(lanes))
  }
}
