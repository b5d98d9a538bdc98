import Operations
import Tensors

/// Layers one after the other; a model is a `Sequential`, and so is a block of one.
public struct Sequential: Layer {
  /// `Sequential`.
  public static let kind = "Sequential"

  /// The layers in order, with shorthand expanded.
  public let layers: [any Layer]

  /// Creates a container.
  ///
  /// - Parameter layers: The layers in order; shorthand such as a convolution's activation is expanded.
  public init(_ layers: [any Layer]) {
    self.layers = layers.flatMap(\.expanded)
  }

  /// Creates a container.
  ///
  /// - Parameter layers: The layers in order; shorthand such as a convolution's activation is expanded.
  public init(_ layers: any Layer...) {
    self.init(layers)
  }

  /// All operations of the layers, each given the output of the one before.
  ///
  /// - Throws: ``LayerError`` if an input does not fit a layer, even if the layer throws a `GeometryError`.
  public func resolved(for input: Shape, name: String) throws -> [ResolvedLayer] {
    var all: [ResolvedLayer] = []
    for (index, layer) in layers.enumerated() {
      let shape = all.last?.operation.outputShape ?? input
      let first = all.count
      all += try Self.resolved(layer, for: shape, name: "\(name).\(index)").map { $0.at(first + $0.index) }
    }
    return all
  }

  private static func resolved(
    _ layer: some Layer, for input: Shape, name: String
  ) throws -> [ResolvedLayer] {
    do {
      return try layer.resolved(for: input, name: name)
    } catch let error as GeometryError {
      throw LayerError(name: name, kind: type(of: layer).kind, input: input, cause: error)
    }
  }

  /// All operations of a model, under the name that the book's classes give it: `net`.
  ///
  /// - Throws: ``LayerError`` if the input does not fit a layer.
  public func resolved(for input: Shape) throws -> [ResolvedLayer] {
    try resolved(for: input, name: "net")
  }

  /// Whether both have equal layers in the same order.
  public static func == (left: Sequential, right: Sequential) -> Bool {
    left.layers.count == right.layers.count
      && zip(left.layers, right.layers).allSatisfy { $0.isEqual(to: $1) }
  }
}
