import Tensors

/// A kind of layer that this program does not know.
public struct UnknownLayer: Error, CustomStringConvertible {
  /// The name of the kind.
  public let kind: String

  /// Creates an error about a kind of layer.
  ///
  /// - Parameter kind: The name of the kind.
  package init(kind: String) {
    self.kind = kind
  }

  /// The kind, and what would make it known, in one line.
  public var description: String {
    "the model has a layer of kind \(kind.quoted), which this program does not know; "
      + "a program that defines it can register it with Sequential.register"
  }
}

/// A custom layer's `kind` is that of another layer, so that a file with it could not be read back.
public struct DuplicateLayerKind: Error, CustomStringConvertible {
  /// The name of the kind.
  public let kind: String
  /// The type of the custom layer.
  public let layer: String

  /// The kind, and what to change, in one line.
  public var description: String {
    "the layer kind \(kind.quoted) is already registered; give \(layer) another kind"
  }
}

/// A layer in a file whose values cannot be read as those of its kind.
public struct UnreadableLayer: Error, CustomStringConvertible {
  /// The name of the kind.
  public let kind: String
  /// The key, and what is wrong with it.
  public let reason: String
  /// Whether the kind is one of this package's, so that the file is damaged; the program defines all others.
  package let isBuiltIn: Bool

  /// Creates an error from that of a decoder.
  ///
  /// - Parameters:
  ///   - kind: The name of the kind.
  ///   - isBuiltIn: Whether it is one of this package's.
  ///   - error: The decoder's error.
  ///   - depth: The number of keys that lead to the layer.
  init(kind: String, isBuiltIn: Bool, _ error: DecodingError, depth: Int) {
    func key(_ context: DecodingError.Context, _ last: [any CodingKey] = []) -> String {
      let keys = (context.codingPath + last).dropFirst(depth).map(\.stringValue)
      return keys.isEmpty ? "its description" : keys.joined(separator: ".").quoted
    }
    self.kind = kind
    self.isBuiltIn = isBuiltIn
    let reason =
      switch error {
      case .keyNotFound(let missing, let context): "\(key(context, [missing])) is missing"
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        "\(key(context)) has an unsuitable value"
      case .dataCorrupted(let context): "\(key(context)): \(context.debugDescription)"
      @unknown default: "\(error)"
      }
    self.reason = reason.onOneLine(atMost: 1000)
  }

  /// The layer's kind, its key and what is wrong with it, in one line.
  public var description: String { "a layer of kind \(kind.quoted) cannot be read: \(reason)" }
}
