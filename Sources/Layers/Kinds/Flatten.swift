import Operations
import Tensors

/// Each image's elements in one row: N×C×H×W becomes N×(C·H·W).
public struct Flatten: OperationLayer {
  /// `Flatten`.
  public static let kind = "Flatten"

  /// Creates the layer.
  public init() {}

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    guard input.rank >= 1, input.extents.allSatisfy({ $0 > 0 }) else {
      throw GeometryError.unsuitableInput(
        input, reason: "it needs a batch of at least one image with at least one element")
    }
    return .flatten(input)
  }
}
