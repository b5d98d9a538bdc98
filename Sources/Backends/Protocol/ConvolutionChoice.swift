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
