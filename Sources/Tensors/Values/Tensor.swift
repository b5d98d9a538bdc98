/// A dense tensor of numbers in row-major order: the plain form of tensors at the edges of a network.
///
/// Images are N×C×H×W, convolution weights O×I×H×W, as in PyTorch. Inside a network a backend keeps its own
/// layouts; see `Layout` in Backends.
public struct Tensor<Scalar: Sendable>: Sendable {
  /// The extents, outermost first.
  public let shape: Shape

  /// The elements, the last axis varying fastest.
  public var elements: [Scalar]

  /// Creates a tensor from its elements.
  ///
  /// - Parameters:
  ///   - shape: The extents.
  ///   - elements: As many elements as the shape has, the last axis varying fastest.
  /// - Precondition: The number of elements is the shape's element count; if they may differ, compare them first.
  public init(shape: Shape, elements: [Scalar]) {
    precondition(
      shape.elementCount == elements.count, "\(elements.count) elements cannot fill a tensor of \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// Creates a tensor whose elements are all one value.
  public init(shape: Shape, repeating value: Scalar) {
    self.shape = shape
    elements = Array(repeating: value, count: shape.elementCount)
  }

  /// The same elements in the same order under another shape.
  ///
  /// - Precondition: Both shapes have the same number of elements.
  public func reshaped(to shape: Shape) -> Tensor {
    Tensor(shape: shape, elements: elements)
  }

  /// A tensor of the same shape whose elements are computed from this one's.
  @inlinable
  public func map<Result: Sendable>(_ transform: (Scalar) throws -> Result) rethrows -> Tensor<Result> {
    Tensor<Result>(shape: shape, elements: try elements.map(transform))
  }
}

extension Tensor: Equatable where Scalar: Equatable {}
