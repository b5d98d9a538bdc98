import Operations
import Tensors

/// 1 / (1 + exp(−x)), element by element (the book's section 5.1.2.2).
public struct Sigmoid: OperationLayer {
  /// `Sigmoid`.
  public static let kind = "Sigmoid"

  /// Creates the layer.
  public init() {}

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation { .sigmoid(input) }
}
