import Operations
import Tensors

/// A layer does not fit its input.
public struct LayerError: Error, Equatable, CustomStringConvertible {
  /// The layer's dotted name.
  public let name: String
  /// The kind of layer.
  public let kind: String
  /// The input of the layer.
  public let input: Shape
  /// The cause; `GeometryError.windowDoesNotFit` if a larger image may.
  public let cause: GeometryError

  /// Creates an error for ``Layer/resolved(for:name:)`` to throw.
  ///
  /// - Parameters:
  ///   - name: The layer's dotted name.
  ///   - kind: The kind of layer.
  ///   - input: The input of the layer.
  ///   - cause: The reason that the layer cannot take it.
  public init(name: String, kind: String, input: Shape, cause: GeometryError) {
    self.name = name
    self.kind = kind
    self.input = input
    self.cause = cause
  }

  /// The layer, its input, and what is wrong with it, in one line.
  public var description: String {
    "\(name) (\(kind)) cannot take an input of \(input): \(cause)"
  }
}
