/// The fraction of a machine's peak that a backend's kernels reach, for predicting the time of a network.
///
/// The figures were measured on an AVX-512 CPU (Zen 4); on others they are a guide. No choice depends on them.
public struct KernelSpeed: Sendable, Equatable {
  /// The fraction of the peak that sums of many products reach.
  public var products: Double
  /// The number of terms of a sum at which half of that speed is reached; 0 if short sums are as fast.
  public var halfwayTerms: Double
  /// The number of channels computed together: a last block that is not full takes as long as a full one.
  public var channelBlock: Int
  /// Whether a convolution's input is unfolded into a matrix first.
  public var unfolds: Bool
  /// The fraction of the bandwidth at which the forward pass reads the weights of dense layers.
  public var denseForward: Double
  /// The fraction of the bandwidth for the gradient of the input.
  public var denseBackward: Double

  /// Seconds of overhead of the call for the products of an image or a dense layer.
  public var call: Double

  /// Creates a speed from known figures.
  public init(
    products: Double, halfwayTerms: Double, channelBlock: Int, unfolds: Bool, denseForward: Double,
    denseBackward: Double, call: Double
  ) {
    self.products = products
    self.halfwayTerms = halfwayTerms
    self.channelBlock = channelBlock
    self.unfolds = unfolds
    self.denseForward = denseForward
    self.denseBackward = denseBackward
    self.call = call
  }

  /// The speed of matrix products over an unfolded input, as measured with OpenBLAS.
  ///
  /// - Parameter call: Seconds of overhead of a call of the library.
  /// - Returns: The speed.
  public static func matrixProducts(call: Double = 1e-6) -> KernelSpeed {
    KernelSpeed(
      products: 0.87, halfwayTerms: 16, channelBlock: 1, unfolds: true, denseForward: 0.3,
      denseBackward: 0.27,
      call: call)
  }
}
