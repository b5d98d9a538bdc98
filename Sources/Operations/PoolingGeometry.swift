import Tensors

/// The sizes of one pooling, all checked once.
public struct PoolingGeometry: Hashable, Sendable {
  /// Images.
  public let batch: Int
  /// Channels, of the input and the output.
  public let channels: Int
  /// Height and width of the input.
  public let input: Extent2D
  /// Height and width of the output.
  public let output: Extent2D
  /// How the window moves over the input.
  public let window: SlidingWindow

  /// Checks the sizes of a pooling over an input.
  ///
  /// - Parameters:
  ///   - input: N×C×H×W.
  ///   - window: Kernel, stride, padding, dilation.
  ///   - roundsUp: PyTorch's `ceil_mode`: whether a last window that leaves the padded input counts, provided
  ///     that it starts inside the input or the padding before it.
  /// - Throws: ``GeometryError`` if the input is not a batch of images, the window does not fit, a padding is
  ///   more than half the kernel, or a window lies wholly in the padding.
  public init(input: Shape, window: SlidingWindow, roundsUp: Bool = false) throws {
    let planes = try ImageBatch(input)
    let padding = window.padding
    guard max(padding.top, padding.bottom) * 2 <= window.kernel.height,
      max(padding.left, padding.right) * 2 <= window.kernel.width
    else {
      throw GeometryError("a padding of \(padding) is more than half the \(window.kernel) window")
    }
    batch = planes.batch
    channels = planes.channels
    self.input = planes.plane
    output = try window.output(over: planes.plane, roundsUp: roundsUp)
    self.window = window
    guard everyWindowHasElement else {
      throw GeometryError(
        "a \(window.kernel) window with dilation \(window.dilation) and padding \(padding) lies wholly in the "
          + "padding somewhere on an input of \(planes.plane)")
    }
  }

  /// Whether each window has an element of the input; with dilation its taps can jump over a small one.
  private var everyWindowHasElement: Bool {
    func check(_ output: Int, _ stride: Int, _ before: Int, _ kernel: Int, _ dilation: Int, _ extent: Int)
      -> Bool
    {
      dilation == 1
        || (0..<output).allSatisfy { index in
          let origin = index * stride - before
          let firstTap = origin >= 0 ? 0 : (-origin + dilation - 1) / dilation
          return firstTap < kernel && origin + firstTap * dilation < extent
        }
    }
    let (kernel, stride, dilation) = (window.kernel, window.stride, window.dilation)
    return check(
      output.height, stride.height, window.padding.top, kernel.height, dilation.height, input.height)
      && check(output.width, stride.width, window.padding.left, kernel.width, dilation.width, input.width)
  }

  /// N×C×H×W.
  public var inputShape: Shape { [batch, channels, input.height, input.width] }

  /// N×C×H′×W′.
  public var outputShape: Shape { [batch, channels, output.height, output.width] }
}
