import Tensors

/// The reason that a backend cannot be created or cannot do what was requested.
///
/// ``unknownName(_:available:)``, ``unavailable(reason:)`` and ``unsupportedOperation(reason:)`` may be solved by
/// choosing another backend. A `reason` is the line that ``description`` returns.
public enum BackendError: Error, Equatable, CustomStringConvertible {
  /// No backend has this name.
  case unknownName(String, available: [String])
  /// The backend is not in this build, or its library is missing or unusable.
  case unavailable(reason: String)
  /// The backend does not compute this operation, or not in this precision.
  case unsupportedOperation(reason: String)
  /// The backend cannot read, write or reorder a tensor in this layout.
  case unsupportedLayout(reason: String)
  /// The backend does not have the requested algorithm for convolutions; it has those in `available`.
  case unsupportedAlgorithm(available: [ConvolutionAlgorithm], reason: String)
  /// Fewer threads than requested could be started.
  case tooFewThreads(started: Int, requested: Int)
  /// The backend's library reported a failure.
  case libraryFailure(reason: String)
  /// A kernel was run before it was given the memory that the pass needs.
  case unboundMemory(reason: String)

  /// The problem, and a remedy if there is one, in one line.
  public var description: String {
    switch self {
    case .unknownName(let name, let available):
      "unknown backend \(name.quoted); available: \(available.joined(separator: ", "))"
    case .tooFewThreads(let started, let requested):
      "only \(grouped(started)) of the \(grouped(requested)) requested threads could be started; "
        + "check ulimit -u and ulimit -v"
    case .unavailable(let reason), .unsupportedOperation(let reason), .unsupportedLayout(let reason),
      .unsupportedAlgorithm(_, let reason), .libraryFailure(let reason), .unboundMemory(let reason):
      reason
    }
  }
}
