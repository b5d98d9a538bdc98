import Tensors

/// The sizes of one pooling, checked once.
public struct PoolingGeometry: Hashable, Sendable {
  /// Images.
  public let batch: Int
  /// Channels, of the input and the output.
  public let channels: Int
  /// Height and width of the input.
  public let input: Extent2D
  /// Height and width of the output.
  public let output: Extent2D
  /// The movement of the window over the input.
  public let window: SlidingWindow
  /// Whether a last window that extends beyond the padded input counts.
  public let roundsUp: Bool

  /// Checks the sizes of a pooling over an input.
  ///
  /// - Parameters:
  ///   - input: N×C×H×W.
  ///   - window: Kernel, stride, padding, dilation.
  ///   - roundsUp: PyTorch's `ceil_mode`: whether a last window that extends beyond the padded input counts, provided
  ///     that it starts inside the input or the padding before it.
  /// - Throws: ``GeometryError`` if the input is not a batch of images, the window does not fit, or a window is
  ///   entirely in the padding, where there is nothing to take a maximum or a mean of.
  public init(input: Shape, window: SlidingWindow, roundsUp: Bool = false) throws {
    let planes = try ImageExtents(input)
    batch = planes.batch
    channels = planes.channels
    self.input = planes.plane
    output = try window.output(over: planes.plane, roundsUp: roundsUp)
    self.window = window
    self.roundsUp = roundsUp
    guard everyWindowHasElement else {
      throw GeometryError.windowDoesNotFit(
        input: planes.plane,
        reason:
          "a \(window.kernel) window with dilation \(window.dilation) and padding \(window.padding) is entirely in "
          + "the padding somewhere on an input of \(planes.plane)")
    }
  }

  /// Whether each window has an element of the input: the first and the last may be inside a wide padding, and with
  /// dilation the taps can jump over a small input.
  private var everyWindowHasElement: Bool {
    [rows, columns].allSatisfy { axis in
      // Taps that are not farther apart than the input is long cannot jump over it, so the first and the last window
      // decide.
      let isJumpedOver = axis.dilation > axis.input
      let windows = stride(from: 0, to: axis.output, by: isJumpedOver ? 1 : max(axis.output - 1, 1))
      return windows.allSatisfy { !axis.taps(output: $0).isEmpty }
    }
  }

  /// N×C×H×W.
  public var inputShape: Shape { [batch, channels, input.height, input.width] }

  /// N×C×H′×W′.
  public var outputShape: Shape { [batch, channels, output.height, output.width] }
}
