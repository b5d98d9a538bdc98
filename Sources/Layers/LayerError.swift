import Tensors

/// A layer that does not fit what comes before it, in one line.
public struct LayerError: Error, Equatable, CustomStringConvertible {
  /// The layer's dotted name.
  public let name: String
  /// The kind of layer.
  public let kind: String
  /// The input of the layer.
  public let input: Shape
  /// The reason why it does not fit.
  public let reason: String

  /// The layer, its input, and what is wrong with it.
  public var description: String {
    "\(name) (\(kind)) cannot take an input of \(input): \(reason)"
  }
}
