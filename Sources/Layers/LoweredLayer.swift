import Operations

/// A layer with its place in a model and its sizes.
public struct LoweredLayer: Equatable, Sendable {
  /// The dotted name: `net.0.0`.
  public let name: String
  /// The kind of layer: `Conv2D`.
  public let kind: String
  /// What it computes.
  public let operation: Operation

  /// Makes a lowered layer.
  public init(name: String, kind: String, operation: Operation) {
    self.name = name
    self.kind = kind
    self.operation = operation
  }
}
