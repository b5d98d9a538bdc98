import Operations
import Tensors

/// The mean of each channel over its whole plane, N×C×1×1: NiN's head (the book's section 8.3).
public struct GlobalAvgPool2D: OperationLayer {
  /// `GlobalAvgPool2D`.
  public static let kind = "GlobalAvgPool2D"

  /// Creates the layer.
  public init() {}

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    let window = try SlidingWindow(kernel: try ImageExtents(input).plane)
    return .averagePooling(try PoolingGeometry(input: input, window: window), countsPadding: false)
  }
}
