/// How near a backend's kernels come to the limits of a machine, for predicting how long a network takes.
///
/// The figures were measured on an AVX-512 CPU (Zen 4); on others they are a guide. Nothing is chosen by them.
public struct KernelSpeed: Sendable, Equatable {
  /// The share of the peak that sums of many products reach.
  public var products: Double
  /// How many terms a sum has at which half of that is lost; 0 where short sums are as fast.
  public var halfwayTerms: Double
  /// How many channels are computed together: what the last of them lack is computed all the same.
  public var channelBlock: Int
  /// Whether a convolution's input is unfolded into a matrix first.
  public var unfolds: Bool
  /// The share of the bandwidth at which the weights of dense layers are read forward.
  public var denseForward: Double
  /// The same for the gradient of the input.
  public var denseBackward: Double

  /// Seconds that the call for an image's, or a dense layer's, products takes beside the products.
  public var call: Double

  /// Makes them from known figures.
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

  /// Of matrix products over an unfolded input.
  ///
  /// - Parameter call: Seconds that a call of the library takes beside the products.
  /// - Returns: The speed, as it is with OpenBLAS.
  public static func matrixProducts(call: Double = 1e-6) -> KernelSpeed {
    KernelSpeed(
      products: 0.87, halfwayTerms: 16, channelBlock: 1, unfolds: true, denseForward: 0.3,
      denseBackward: 0.27,
      call: call)
  }
}
