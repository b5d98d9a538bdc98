import Operations
import Tensors

/// A layer of a network as a value: what it is, not how it is computed.
///
/// A layer has no memory and knows no backend. Its sizes are inferred when the shape of an input arrives, as in
/// the book's `LazyConv2d`; ``lowered(input:name:)`` then says what is to be computed.
public protocol Layer: Codable, Equatable, Sendable {
  /// The name of this kind of layer: `Conv2D`.
  static var kind: String { get }

  /// The layers that take this one's place within a ``Sequential``: itself, unless it is shorthand for several.
  var expanded: [any Layer] { get }

  /// What is to be computed for an input of this shape, in order.
  ///
  /// - Parameters:
  ///   - input: The input's shape, batch included.
  ///   - name: The layer's dotted name, to which containers add their children's places.
  /// - Returns: The layers that compute, with their operations.
  /// - Throws: ``LayerError`` if the input does not fit.
  func lowered(input: Shape, name: String) throws -> [LoweredLayer]
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
  /// What the layer computes for an input of this shape.
  ///
  /// - Throws: `GeometryError` if the input does not fit.
  func operation(input: Shape) throws -> Operation
}

extension OperationLayer {
  /// The layer itself, with its operation.
  public func lowered(input: Shape, name: String) throws -> [LoweredLayer] {
    do {
      return [LoweredLayer(name: name, kind: Self.kind, operation: try operation(input: input))]
    } catch let error as GeometryError {
      throw LayerError(name: name, kind: Self.kind, input: input, reason: error.description)
    }
  }
}

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
