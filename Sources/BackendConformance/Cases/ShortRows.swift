import Operations
import Tensors

/// Convolutions of rows that are shorter than the stride, which random generation rarely produces.
///
/// A column of the kernel may then meet only padding, so that its gradient is exactly 0. Fast implementations sort a
/// row's pixels by their remainder modulo the stride, or pair each with the one a stride farther; here some remainders
/// have no pixel, and no pixel has a partner.
enum ShortRows {
  /// Each width below each stride: with a kernel as wide as the row, and with a wider one and padding on both sides, on
  /// the left or on the right; with fewer channels than a vector has lanes, and with more.
  ///
  /// - Returns: The convolutions.
  /// - Throws: `GeometryError` never, since the sizes fit.
  static func convolutions() throws -> [TensorOperation] {
    var convolutions: [TensorOperation] = []
    for (width, stride) in [(1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4)] {
      let wide = stride + 1
      for (kernel, left, right) in [
        (width, 0, 0), (wide, stride, stride), (wide, stride, 0), (wide, 0, stride),
      ] {
        let window = try SlidingWindow(
          kernel: Extent2D(1, kernel), stride: Extent2D(1, stride),
          padding: Padding(top: 0, bottom: 0, left: left, right: right))
        for channels in [3, 17] {
          let geometry = try ConvolutionGeometry(
            input: [2, channels, 2, width], outputChannels: 16, window: window)
          convolutions.append(.convolution(geometry, activation: nil))
        }
      }
    }
    return convolutions
  }
}
