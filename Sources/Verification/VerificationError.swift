import Tensors

/// The reason that an experiment cannot be verified.
///
/// A `reason` is the line that ``description`` returns.
public enum VerificationError: Error, Equatable, CustomStringConvertible {
  /// A recording or the experiment has no tensor of this name.
  case missingTensor(name: String, reason: String)
  /// A tensor has another shape than the network's.
  case wrongShape(name: String, expected: Shape, given: Shape, reason: String)
  /// The network does not take these images or labels, or they do not match each other.
  case unsuitableInput(reason: String)
  /// The model is unknown, or does not end in one number for each class.
  case unsuitableModel(reason: String)

  /// The problem, in one line.
  public var description: String {
    switch self {
    case .missingTensor(_, let reason), .wrongShape(_, _, _, let reason), .unsuitableInput(let reason),
      .unsuitableModel(let reason):
      reason
    }
  }
}
