import Operations

/// A NiN block: a k×k convolution and two 1×1 convolutions, each followed by ReLU (the book's section 8.3.1).
///
/// The 1×1 convolutions are a fully connected network that is applied to each pixel.
public func ninBlock(
  _ channels: Int, kernel: Extent2D, stride: Extent2D = 1, padding: Padding = 0
) -> Sequential {
  ninBlock([channels, channels, channels], kernel: kernel, stride: stride, padding: padding)
}

/// A block like the book's with any number of convolutions, each with its own number of channels, as in the paper (Lin,
/// Chen and Yan 2013).
///
/// - Parameters:
///   - channels: The output channels of each convolution, in order.
///   - kernel: Height and width of the first convolution's kernel.
///   - stride: Steps between its windows.
///   - padding: Rows and columns of zeros around its input.
///   - pointwiseKernel: Height and width of the other convolutions' kernels, odd; they keep the size of their input.
/// - Returns: The convolutions, each followed by ReLU.
public func ninBlock(
  _ channels: [Int], kernel: Extent2D, stride: Extent2D = 1, padding: Padding = 0, pointwiseKernel: Int = 1
) -> Sequential {
  let convolutions = channels.enumerated().map { index, channels in
    index == 0
      ? Conv2D(channels, kernel: kernel, stride: stride, padding: padding)
      : Conv2D(
        channels, kernel: Extent2D(pointwiseKernel, pointwiseKernel), padding: Padding(pointwiseKernel / 2))
  }
  return Sequential(convolutions.flatMap { [$0, ReLU()] as [any Layer] })
}
