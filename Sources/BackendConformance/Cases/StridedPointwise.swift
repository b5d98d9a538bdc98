import Operations
import Tensors

/// 1×1 convolutions whose strides divide the image evenly, which random generation rarely produces.
///
/// Fast implementations copy every stride-th pixel of such an image to scratch memory and then multiply matrices; with
/// fewer channels than a vector has lanes, the copy of a pixel is shorter than a vector.
enum StridedPointwise {
  /// Each pair of strides up to 3 but 1×1, with fewer channels than a vector has lanes and with more.
  ///
  /// - Returns: The convolutions.
  /// - Throws: `GeometryError` never, since the sizes fit.
  static func convolutions() throws -> [TensorOperation] {
    var convolutions: [TensorOperation] = []
    for (height, width) in [(1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)] {
      let window = try SlidingWindow(kernel: 1, stride: Extent2D(height, width))
      for (inputChannels, outputChannels) in [(1, 1), (1, 20), (3, 16), (17, 8)] {
        let geometry = try ConvolutionGeometry(
          input: [2, inputChannels, 6, 12], outputChannels: outputChannels, window: window)
        convolutions.append(.convolution(geometry, activation: nil))
      }
    }
    return convolutions
  }
}
