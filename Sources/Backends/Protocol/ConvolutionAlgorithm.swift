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

/// The choice of an algorithm for each convolution of a network.
public enum ConvolutionChoice: String, Sendable, Codable, CaseIterable {
  /// The algorithm expected to be faster.
  ///
  /// It depends on shapes, precision, the number of images, and whether the usual batch has so few images that all
  /// threads share each. Nothing is timed, so the choice is reproducible, and the same for all parts of a batch.
  case automatic = "auto"
  /// The backend's first algorithm: the defining sum, in any order.
  case direct
  /// Winograd's algorithm wherever it is possible.
  case winograd
}

extension Backend {
  /// Checks that the backend has the algorithm that a choice names.
  ///
  /// - Parameter choice: The choice.
  /// - Throws: ``BackendError`` if it does not.
  public func requireAlgorithm(of choice: ConvolutionChoice) throws {
    let algorithms = table.convolution.map(\.key)
    guard choice == .winograd, !algorithms.contains(.winograd) else { return }
    let names = algorithms.map(\.rawValue).joined(separator: ", ")
    throw BackendError.unsupportedAlgorithm(
      available: algorithms,
      reason: "the \(name) backend cannot compute convolutions by winograd; it has \(names)")
  }
}
