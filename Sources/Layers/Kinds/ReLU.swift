import Operations
import Tensors

/// max(x, 0), element by element (the book's section 5.1.2).
public struct ReLU: OperationLayer {
  /// `ReLU`.
  public static let kind = "ReLU"

  /// Creates the layer.
  public init() {}

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation { .relu(input) }
}
