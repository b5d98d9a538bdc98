import Operations
import Tensors

/// The mean of each window (the book's section 7.5).
public struct AvgPool2D: OperationLayer {
  /// `AvgPool2D`.
  public static let kind = "AvgPool2D"

  /// Height and width of the window.
  public var kernel: Extent2D
  /// Steps between adjacent windows.
  public var stride: Extent2D
  /// Rows and columns around the input.
  public var padding: Padding
  /// Steps between adjacent elements of the window.
  public var dilation: Extent2D
  /// Whether a last window that extends beyond the input counts, as with PyTorch's `ceil_mode`.
  public var roundsUp: Bool
  /// Whether padding counts as zeros, as with PyTorch's `count_include_pad`.
  public var countsPadding: Bool

  /// Creates an average pooling; by default the windows do not overlap.
  public init(
    kernel: Extent2D, stride: Extent2D? = nil, padding: Padding = 0, dilation: Extent2D = 1,
    roundsUp: Bool = false, countsPadding: Bool = true
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
    self.roundsUp = roundsUp
    self.countsPadding = countsPadding
  }

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    let window = try SlidingWindow(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    return .averagePooling(
      try PoolingGeometry(input: input, window: window, roundsUp: roundsUp), countsPadding: countsPadding)
  }
}
