/// A way to compute a convolution, identified by its name.
///
/// A backend's table lists the algorithms it has, a network may request one when it is prepared
/// (``KernelRequest/algorithm``), and a kernel declares which one it uses (``KernelRequirements/algorithm``):
/// algorithms differ in their expected rounding, which the conformance suite knows by name.
public struct ConvolutionAlgorithm: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let rawValue: String

  /// Creates an algorithm's name.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The defining sum, over the input as it is stored.
  public static let direct = ConvolutionAlgorithm(rawValue: "direct")
  /// The same sum as a product of matrices, the input unfolded into one of them.
  public static let im2col = ConvolutionAlgorithm(rawValue: "im2col")
  /// Products of transformed tiles and kernels, with fewer multiplications than the definition.
  public static let winograd = ConvolutionAlgorithm(rawValue: "winograd")

  /// The largest acceptable error, relative to the RMS of the tensor; nil if only the rounding of a sum is expected.
  ///
  /// Checks apply this bound to kernels of every backend.
  public var relativeError: Double? { self == .winograd ? 4e-5 : nil }

  /// The name.
  public var description: String { rawValue }
}
