import Tensors

/// What is wrong with a model in ONNX, or cannot be expressed, in one line without the file's name.
struct ONNXError: Error, CustomStringConvertible {
  let description: String
  /// Whether the file is damaged or incomplete; otherwise it is whole, but not supported.
  private(set) var isDamage = false
  /// Whether the line names a node already.
  private(set) var namesNode = false
  /// How many layers had been read.
  var layersRead = 0

  /// Shapes and lists in a message may be of any length.
  private static let largestLength = 2000

  init(_ description: String) {
    self.description = description.onOneLine(atMost: Self.largestLength)
  }

  /// - Parameter damage: How the file is damaged, or which part of it is missing.
  init(damage: String) {
    self.init(damage)
    isDamage = true
  }

  /// - Parameters:
  ///   - description: What is wrong.
  ///   - node: The label of the node that is to blame, where that is another than the one being read.
  init(_ description: String, node: String) {
    self.description = "\(node): \(description)".onOneLine(atMost: Self.largestLength)
    namesNode = true
  }

  /// The same for users of the module, who know the file.
  var problem: FileError.Problem {
    isDamage ? .damaged(reason: description) : .unsupported(reason: description)
  }

  /// The error with the node that was read when it came up, unless it names one.
  func during(_ node: String) -> ONNXError {
    namesNode ? self : ONNXError(description, node: node)
  }
}
