/// A way to compute a convolution, by its name.
///
/// A backend's table lists those that it has, a network may ask for one when it is prepared
/// (``KernelRequest/algorithm``), and a kernel declares which one it is (``KernelRequirements/algorithm``): they differ
/// in the rounding that is expected of them, which the conformance suite knows by the name.
public struct ConvolutionAlgorithm: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let rawValue: String

  /// Names an algorithm.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The sum of the definition, over the input as it is stored.
  public static let direct = ConvolutionAlgorithm(rawValue: "direct")
  /// The same sum as a product of matrices, the input unfolded into one of them.
  public static let im2col = ConvolutionAlgorithm(rawValue: "im2col")
  /// Products of transformed tiles and kernels, fewer than the definition has.
  public static let winograd = ConvolutionAlgorithm(rawValue: "winograd")

  /// How large its errors may be, relative to the RMS of the tensor; nil where they are those of a sum.
  ///
  /// What checks kernels judges them by this, whatever their backend says.
  public var relativeError: Double? { self == .winograd ? 4e-5 : nil }

  /// The name.
  public var description: String { rawValue }
}

/// How the algorithm of each convolution of a network is chosen.
public enum ConvolutionChoice: String, Sendable, Codable, CaseIterable {
  /// The faster one, by shapes, precision and how many images will be computed. Nothing is timed, so that it is the same
  /// on every day; it does not depend on the batch size either, so that it is the same for all parts of a batch.
  case automatic = "auto"
  /// The backend's first: the sum of the definition, in whatever order.
  case direct
  /// Winograd's wherever it is possible.
  case winograd
}
