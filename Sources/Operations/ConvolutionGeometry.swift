import Tensors

/// The sizes of one convolution, checked once, for every implementation, forward and backward.
///
/// Input N×C×H×W, weight O×(C/groups)×kH×kW, bias O, output N×O×H′×W′. As everywhere in deep learning it is a
/// cross-correlation: the kernel is not flipped (the book's section 7.2.1).
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Images.
  public let batch: Int
  /// Channels of the input, all groups together.
  public let inputChannels: Int
  /// Channels of the output, all groups together.
  public let outputChannels: Int
  /// Height and width of the input.
  public let input: Extent2D
  /// Height and width of the output.
  public let output: Extent2D
  /// The movement of the kernel over the input.
  public let window: SlidingWindow
  /// The number of groups the channels are split into; each output channel sees the input channels of its group.
  public let groups: Int
  /// Whether a bias is added per output channel.
  public let hasBias: Bool

  /// Checks the sizes of a convolution over an input.
  ///
  /// - Parameters:
  ///   - input: N×C×H×W.
  ///   - outputChannels: Channels of the output.
  ///   - window: Kernel, stride, padding, dilation.
  ///   - groups: Groups of channels.
  ///   - hasBias: Whether a bias is added.
  /// - Throws: ``GeometryError`` if the input is not a batch of images, the kernel does not fit, the channels
  ///   cannot be split into the groups, or a tensor would be too large.
  public init(
    input: Shape, outputChannels: Int, window: SlidingWindow, groups: Int = 1, hasBias: Bool = true
  ) throws {
    let planes = try ImageExtents(input)
    guard outputChannels > 0, groups > 0 else {
      throw GeometryError.invalidArgument(
        name: "groups",
        reason:
          "it has \(counted(outputChannels, "output channel")) in \(counted(groups, "group")); both must be at least 1"
      )
    }
    guard planes.channels.isMultiple(of: groups), outputChannels.isMultiple(of: groups) else {
      throw GeometryError.invalidArgument(
        name: "groups",
        reason:
          "\(planes.channels) input and \(outputChannels) output channels cannot be split into \(groups) groups"
      )
    }
    batch = planes.batch
    inputChannels = planes.channels
    self.outputChannels = outputChannels
    self.input = planes.plane
    output = try window.output(over: planes.plane)
    self.window = window
    self.groups = groups
    self.hasBias = hasBias
    guard weightShape.isCountable, outputShape.isCountable else {
      throw GeometryError.tooLarge(
        reason: "a weight of \(weightShape) or an output of \(outputShape) is too large")
    }
    let (operations, overflow) = outputShape.elementCount.multipliedReportingOverflow(
      by: inputChannelsPerGroup * window.kernel.area)
    guard !overflow, operations < 1 << 50 else {
      throw GeometryError.tooLarge(
        reason: "it needs 2⁵⁰ or more multiplications for an output of \(outputShape), which is too many")
    }
  }

  /// The same convolution with a bias.
  ///
  /// - Throws: Never, since the sizes have been checked.
  public func withBias() throws -> ConvolutionGeometry {
    try ConvolutionGeometry(
      input: inputShape, outputChannels: outputChannels, window: window, groups: groups, hasBias: true)
  }

  /// N×C×H×W.
  public var inputShape: Shape { [batch, inputChannels, input.height, input.width] }

  /// N×O×H′×W′.
  public var outputShape: Shape { [batch, outputChannels, output.height, output.width] }

  /// O×(C/groups)×kH×kW.
  public var weightShape: Shape {
    [outputChannels, inputChannelsPerGroup, window.kernel.height, window.kernel.width]
  }

  /// C / groups.
  public var inputChannelsPerGroup: Int { inputChannels / groups }

  /// O / groups.
  public var outputChannelsPerGroup: Int { outputChannels / groups }

  /// Multiply-accumulates of the forward pass, including those with padding, for the whole batch.
  public var multiplyAccumulates: Int {
    outputShape.elementCount * inputChannelsPerGroup * window.kernel.area
  }
}
