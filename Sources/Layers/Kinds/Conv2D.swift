import Operations
import Tensors

/// A two-dimensional convolution (the book's sections 7.2 to 7.4).
///
/// The weight is O×(C/groups)×kH×kW and the bias O; the input channels C are inferred.
public struct Conv2D: OperationLayer {
  /// `Conv2D`.
  public static let kind = "Conv2D"

  /// Channels of the output.
  public var channels: Int
  /// Height and width of the kernel.
  public var kernel: Extent2D
  /// Steps between adjacent windows.
  public var stride: Extent2D
  /// Rows and columns of zeros around the input.
  public var padding: Padding
  /// Steps between adjacent taps of the kernel.
  public var dilation: Extent2D
  /// Independent groups of channels.
  public var groups: Int
  /// Whether a bias is added.
  public var hasBias: Bool
  /// Shorthand for a ReLU layer that follows; in names it counts as a separate layer.
  public var activation: Activation?

  /// Creates a convolution.
  ///
  /// - Parameters:
  ///   - channels: Channels of the output.
  ///   - kernel: Height and width of the kernel.
  ///   - stride: Steps between adjacent windows.
  ///   - padding: Rows and columns of zeros around the input.
  ///   - dilation: Steps between adjacent taps.
  ///   - groups: Groups of channels.
  ///   - hasBias: Whether a bias is added.
  ///   - activation: Shorthand for an activation layer that follows.
  public init(
    _ channels: Int, kernel: Extent2D, stride: Extent2D = 1, padding: Padding = 0, dilation: Extent2D = 1,
    groups: Int = 1, hasBias: Bool = true, activation: Activation? = nil
  ) {
    self.channels = channels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.hasBias = hasBias
    self.activation = activation
  }

  /// The convolution, and the activation after it if there is one.
  public var expanded: [any Layer] {
    guard activation != nil else { return [self] }
    var convolution = self
    convolution.activation = nil
    return [convolution, ReLU()]
  }

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    let window = try SlidingWindow(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
    let geometry = try ConvolutionGeometry(
      input: input, outputChannels: channels, window: window, groups: groups, hasBias: hasBias)
    return .convolution(geometry, activation: activation)
  }
}
