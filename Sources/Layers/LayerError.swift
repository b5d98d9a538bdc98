import Tensors

/// A layer that does not fit what comes before it, in one line.
public struct LayerError: Error, Equatable, CustomStringConvertible {
  /// The layer's dotted name.
  public let name: String
  /// The kind of layer.
  public let kind: String
  /// What the layer got.
  public let input: Shape
  /// What is wrong with that.
  public let reason: String

  /// Names the layer, what it got, and what is wrong with that.
  public var description: String {
    "\(name) (\(kind)) cannot take an input of \(input): \(reason)"
  }
}
