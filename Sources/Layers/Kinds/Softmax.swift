import Operations
import Tensors

/// exp(xᵢ) / Σⱼ exp(xⱼ) along one axis (the book's section 4.1.1.2).
///
/// A classifier is trained on its logits, without this layer, since the loss computes the softmax itself; the layer is
/// for imported networks that output probabilities.
public struct Softmax: OperationLayer {
  /// `Softmax`.
  public static let kind = "Softmax"

  /// The axis, counted from the outermost; not 0, the batch.
  public var axis: Int

  /// Creates the layer; by default along the channels or classes.
  public init(axis: Int = 1) {
    self.axis = axis
  }

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    .softmax(try SoftmaxGeometry(input: input, axis: axis))
  }
}
