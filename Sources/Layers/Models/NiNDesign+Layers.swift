import Operations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension NiNDesign {
  /// A stage: the block that sets its channels, then the blocks that keep the size.
  ///
  /// - Parameters:
  ///   - index: The index of the stage, 0 to 2.
  ///   - channels: The channels at the book's width.
  ///   - kernel: Height and width of the kernel of its first convolution.
  ///   - stride: Steps between the windows of its first convolution.
  ///   - padding: The padding of its first convolution.
  /// - Returns: The convolutions of all its blocks in a row, each followed by ReLU.
  func stage(
    _ index: Int, channels: Int, kernel: Extent2D, stride: Extent2D = 1, padding: Padding = 0
  ) -> Sequential {
    let all = Array(repeating: scaled(channels), count: 1 + pointwiseConvolutions)
    let first = ninBlock(
      all, kernel: kernel, stride: stride, padding: padding, pointwiseKernel: pointwiseKernel)
    let added = ninBlock(all, kernel: 3, padding: 1, pointwiseKernel: pointwiseKernel)
    return Sequential(first.layers + (1..<depth.blocks[index]).flatMap { _ in added.layers })
  }

  /// The block that computes the classes' maps.
  ///
  /// - Parameters:
  ///   - classes: The number of classes.
  ///   - inputs: The channels before it at the book's width.
  /// - Returns: The block.
  func lastBlock(classes: Int, inputs: Int) -> Sequential {
    let count = 1 + pointwiseConvolutions
    let channels = (1...count).map { step in
      guard lastStep == .gradual, step < count, classes > 0 else { return classes }
      let inputs = Double(scaled(inputs))
      let exact = inputs * pow(Double(classes) / inputs, Double(step) / Double(count))
      return max(16 * Int((exact / 16).rounded()), 16)
    }
    return ninBlock(channels, kernel: 3, padding: 1, pointwiseKernel: pointwiseKernel)
  }

  /// The layers after the last block.
  func headLayers(classes: Int) -> [any Layer] {
    switch head {
    case .globalAverage: [GlobalAvgPool2D(), Flatten()]
    case .dense: [Flatten(), Dense(classes)]
    case .window: [AvgPool2D(kernel: 5, stride: 1), Flatten()]
    }
  }

  private func scaled(_ channels: Int) -> Int {
    max(Int((Double(channels) * width).rounded()), 1)
  }
}
