import Operations
import Tensors

/// A layer of a network as a value: what it is, not how it is computed.
///
/// A layer has no memory and does not know any backend. Its sizes are inferred once the shape of an input is known, as
/// in the book's `LazyConv2d`; ``resolved(for:name:)`` then returns the operations.
///
/// Files store a layer's properties by their names. A property that older files lack has to be decoded with
/// `decodeIfPresent`, since synthesized decoding ignores its default.
public protocol Layer: Codable, Equatable, Sendable {
  /// The unique name of this kind of layer, such as `Conv2D`.
  static var kind: String { get }

  /// The layers that replace this one within a ``Sequential``: itself, unless it is shorthand for several.
  var expanded: [any Layer] { get }

  /// The computation for an input of this shape, in order.
  ///
  /// - Parameters:
  ///   - input: The input's shape, batch included.
  ///   - name: The layer's dotted name, to which containers add their children's indices.
  /// - Returns: The layers that compute, with their operations; their indices count from 0.
  /// - Throws: ``LayerError`` if the input does not fit, or a `GeometryError`, to which a ``Sequential`` adds the layer.
  func resolved(for input: Shape, name: String) throws -> [ResolvedLayer]
}

extension Layer {
  /// Itself.
  public var expanded: [any Layer] { [self] }

  /// Whether the other layer is of the same kind and has the same values.
  func isEqual(to other: any Layer) -> Bool {
    guard let other = other as? Self else { return false }
    return self == other
  }
}

/// A layer that is one operation, not a container of others.
public protocol OperationLayer: Layer {
  /// The operation for an input of this shape.
  ///
  /// - Throws: `GeometryError` if the input does not fit.
  func operation(input: Shape) throws -> TensorOperation
}

extension OperationLayer {
  /// The layer itself, with its operation.
  public func resolved(for input: Shape, name: String) throws -> [ResolvedLayer] {
    guard input.isCountable else {
      throw LayerError(
        name: name, kind: Self.kind, input: input,
        cause: .tooLarge(reason: "its extents are negative or too large"))
    }
    do {
      return [ResolvedLayer(name: name, kind: Self.kind, operation: try operation(input: input))]
    } catch let error as GeometryError {
      throw LayerError(name: name, kind: Self.kind, input: input, cause: error)
    }
  }
}
