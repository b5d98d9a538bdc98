import Tensors

/// An error in a model in ONNX, or in writing one, in one line without the file's name.
///
/// Its description is a sentence about a part of the file, or a predicate whose subject is the file itself.
struct ONNXError: Error, CustomStringConvertible {
  /// The case of `FileError.Problem`.
  enum Cause {
    case unsupported, damaged, tooLarge
  }

  let description: String
  private var cause = Cause.unsupported
  /// Whether the description is a predicate whose subject is the file.
  private var isPredicate = false
  /// Whether the description names a node already.
  private(set) var namesNode = false
  /// The number of layers that had been read.
  var layersRead = 0

  /// The largest length of a message: shapes and lists in it may be of any length.
  private static let maximumLength = 2000

  init(_ description: String) {
    self.description = description.onOneLine(atMost: Self.maximumLength)
  }

  /// - Parameter damage: The damage to the file, or the part that is missing.
  init(damage: String) {
    self.init(damage)
    cause = .damaged
  }

  /// - Parameters:
  ///   - predicate: The problem, as a predicate whose subject is the file: "has no input for images".
  ///   - cause: The kind of problem.
  init(file predicate: String, _ cause: Cause = .unsupported) {
    self.init(predicate)
    self.cause = cause
    isPredicate = true
  }

  /// - Parameters:
  ///   - description: The problem.
  ///   - node: The label of the node at fault, if it is not the one being read.
  init(_ description: String, node: String) {
    self.description = "\(node): \(description)".onOneLine(atMost: Self.maximumLength)
    namesNode = true
  }

  /// The error as a problem of a file, for callers outside the module.
  var problem: FileError.Problem {
    let reason = isPredicate ? description : "cannot be used: \(description)"
    return switch cause {
    case .unsupported: .unsupported(reason: reason)
    case .damaged: .damaged(reason: reason)
    case .tooLarge: .tooLarge(reason: reason)
    }
  }

  /// The error with the node being read, unless it names one already.
  func during(_ node: String) -> ONNXError {
    guard !namesNode else { return self }
    var error = ONNXError(description, node: node)
    error.cause = cause
    return error
  }
}
