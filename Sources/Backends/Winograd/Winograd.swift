import Operations
import Tensors

/// The row of Winograd's algorithm for the tables of backends: convolutions with fewer multiplications.
///
/// F(4×4, 3×3) needs a quarter of the multiplications of the definition, and F(4×4, 5×5) 1/6.25 of them, at the cost of
/// some additions and a larger rounding error (Lavin and Gray, *Fast Algorithms for Convolutional Neural Networks*,
/// 2015). The products use this package's loops, over weights and tiles that are transformed into the order in which
/// they are read; a library would copy them once more.
public enum Winograd {
  /// The row of convolution, for float32 and bfloat16 images in runs of channels.
  ///
  /// - Parameter output: Makes the layout of the output from its shape and the layout of the input.
  /// - Returns: The row of a backend's table.
  public static func convolution(
    output: @escaping @Sendable (Shape, Layout) throws -> Layout
  ) -> OperationTable.KernelRow<ConvolutionGeometry, Activation?> {
    .init("winograd", "tiles of 4×4, 2 at the border") { request, geometry, activation in
      try WinogradConvolution(
        geometry, activation: activation, request: request,
        output: output(geometry.outputShape, request.input))
    }
  }
}

extension ConvolutionAlgorithm {
  /// The reason that the algorithm cannot compute a convolution, in one line; nil if it can.
  public func limitation(of geometry: ConvolutionGeometry) -> String? {
    guard self == .winograd else { return nil }
    let window = geometry.window
    guard window.stride == 1, window.dilation == 1, geometry.groups == 1 else {
      return "winograd needs stride 1, no dilation and a single group"
    }
    guard [window.kernel.height, window.kernel.width].allSatisfy(WinogradTransform.hasPoints) else {
      return "winograd needs a kernel of 3 or 5 taps along each axis, not \(window.kernel)"
    }
    let extents = [
      geometry.batch, geometry.inputChannels, geometry.outputChannels, geometry.input.height,
      geometry.input.width, geometry.output.height, geometry.output.width,
    ]
    guard extents.allSatisfy({ $0 < 1 << 24 }) else {
      return "winograd does not support extents of 2²⁴ or more"
    }
    return nil
  }
}
