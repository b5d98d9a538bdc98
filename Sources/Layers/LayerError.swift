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

  /// The layer, its input, and what is wrong with it, in one line.
  public var description: String {
    "\(name) (\(kind)) cannot take an input of \(input): \(cause)"
  }
}
