import Operations

/// A layer whose name and sizes are known, once the shape of the model's input is known.
///
/// A network may rewrite a list of resolved layers before preparing it; a rewritten layer represents several layers of
/// the model.
public struct ResolvedLayer: Equatable, Sendable {
  /// The dotted name: `net.0.0`.
  public let name: String
  /// The kind of layer: `Conv2D`.
  public let kind: String
  /// The operation.
  public let operation: TensorOperation
  /// The layer's index among all layers that compute.
  public let index: Int
  /// The layers after it that are computed within it, in order; empty for the layers of a model.
  public let absorbed: [ResolvedLayer]

  /// The layers of the model that its parameters are computed from; empty if they are its own.
  public let folded: [ResolvedLayer]

  /// Creates a resolved layer.
  public init(
    name: String, kind: String, operation: TensorOperation, index: Int = 0, absorbed: [ResolvedLayer] = [],
    folded: [ResolvedLayer] = []
  ) {
    self.name = name
    self.kind = kind
    self.operation = operation
    self.index = index
    self.absorbed = absorbed
    self.folded = folded
  }

  /// The layers of the model whose parameters and state it needs: itself, or those that it is folded from.
  public var owners: [ResolvedLayer] { folded.isEmpty ? [self] : folded }

  /// The layers of the model that it represents, in order; its output is the last one's.
  public var layers: [ResolvedLayer] { [self] + absorbed.flatMap(\.layers) }

  /// The dotted name of one of its parameters: `net.0.0.weight`.
  public func parameterName(_ parameter: ParameterSpecification) -> String {
    parameter.role.parameterName(ofLayer: name)
  }

  /// The same layer with another index.
  func at(_ index: Int) -> ResolvedLayer {
    ResolvedLayer(
      name: name, kind: kind, operation: operation, index: index, absorbed: absorbed, folded: folded)
  }

  /// The same layer with another operation.
  public func computing(_ operation: TensorOperation) -> ResolvedLayer {
    ResolvedLayer(
      name: name, kind: kind, operation: operation, index: index, absorbed: absorbed, folded: folded)
  }

  /// This layer and the one after it as one operation.
  public func absorbing(_ next: ResolvedLayer, as operation: TensorOperation) -> ResolvedLayer {
    ResolvedLayer(
      name: name, kind: kind, operation: operation, index: index, absorbed: absorbed + [next], folded: folded)
  }

  /// This layer and the one after it as one operation, with parameters that are computed from those of both.
  public func folding(_ next: ResolvedLayer, as operation: TensorOperation) -> ResolvedLayer {
    ResolvedLayer(
      name: name, kind: kind, operation: operation, index: index, absorbed: absorbed + [next],
      folded: [self, next])
  }
}
