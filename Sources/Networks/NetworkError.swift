import Backends
import Tensors

/// The reason that a network cannot be prepared or cannot do what was requested.
///
/// A `reason` is the line that ``description`` returns.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// The backend cannot compute a layer; another may.
  case backend(layer: String, BackendError)
  /// A tensor of this name, or the images, have another shape; for images, `expected` is the shape of one.
  case wrongShape(name: String, expected: Shape, given: Shape, reason: String)
  /// The network does not take these images or labels, or this number of them.
  case unsuitableInput(reason: String)
  /// No layer, parameter or state of the required kind has this name.
  case unknownName(String, available: [String], reason: String)
  /// The model lacks the layers that this needs, such as a last layer with one output for each class.
  case unsuitableModel(reason: String)
  /// The network was prepared without what this needs, or is in a state that does not allow it.
  case notPrepared(reason: String)
  /// An option, an argument or a number of an update rule is outside its range; `name` is its name in Swift.
  case invalidArgument(name: String, reason: String)
  /// Fewer threads than requested could be started.
  case tooFewThreads(started: Int, requested: Int)
  /// The output has numbers that are NaN or infinite.
  case notFinite(reason: String)

  /// The problem, and a remedy if there is one, in one line.
  public var description: String {
    switch self {
    case .backend(let layer, let error): "\(layer): \(error)"
    case .tooFewThreads(let started, let requested):
      BackendError.tooFewThreads(started: started, requested: requested).description
    case .wrongShape(_, _, _, let reason), .unsuitableInput(let reason), .unknownName(_, _, let reason),
      .unsuitableModel(let reason), .notPrepared(let reason), .invalidArgument(_, let reason),
      .notFinite(let reason):
      reason
    }
  }
}
