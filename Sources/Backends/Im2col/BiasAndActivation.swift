import Operations

/// The bias and the fused activation of a convolution, applied while its output is still in cache.
struct BiasAndActivation {
  let bias: UnsafePointer<Float>?
  let activation: Activation?

  /// Finishes some pixels of adjacent output channels.
  ///
  /// - Parameters:
  ///   - tile: The first element of the first channel.
  ///   - channels: The channels.
  ///   - pixels: Pixels of each channel.
  ///   - channelStride: Elements from one channel to the next.
  func apply(
    to tile: UnsafeMutablePointer<Float>, channels: Range<Int>, pixels: Int, channelStride: Int
  ) {
    for (index, channel) in channels.enumerated() {
      let row = tile + index * channelStride
      switch (bias, activation) {
      case (let bias?, nil): add(bias[channel], to: row, count: pixels)
      case (let bias?, .relu): addAndRectify(bias[channel], row, count: pixels)
      // Adding -0 leaves every number unchanged, -0 included.
      case (nil, .relu): addAndRectify(-0.0, row, count: pixels)
      case (nil, nil): return
      }
    }
  }

  private func add(_ number: Float, to elements: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count { elements[index] += number }
  }

  /// Adds a number to each element and replaces non-positive results with 0; NaN stays.
  private func addAndRectify(_ number: Float, _ elements: UnsafeMutablePointer<Float>, count: Int) {
    for index in 0..<count {
      let sum = elements[index] + number
      elements[index] = sum <= 0 ? 0 : sum
    }
  }
}
