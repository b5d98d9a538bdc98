import Tensors

/// The sizes and constants of one batch normalization over images, checked once (the book's section 8.5).
public struct BatchNormalizationGeometry: Hashable, Sendable {
  /// Images.
  public let batch: Int
  /// Channels, each normalized separately.
  public let channels: Int
  /// Height and width.
  public let plane: Extent2D
  /// ε, which is added to the variance.
  public let epsilon: Double
  /// The weight of a batch's statistics in the running ones, as in PyTorch; ONNX's momentum is 1 minus this.
  public let momentum: Double

  /// Checks the sizes of a batch normalization over an input.
  ///
  /// - Parameters:
  ///   - input: N×C×H×W.
  ///   - epsilon: ε, more than 0.
  ///   - momentum: From 0 to 1.
  /// - Throws: ``GeometryError`` if the input is not a batch of images, or a number is out of range.
  public init(input: Shape, epsilon: Double = 1e-5, momentum: Double = 0.1) throws {
    let images = try ImageExtents(input)
    guard epsilon > 0, epsilon.isFinite else {
      throw GeometryError.invalidArgument(
        name: "epsilon", reason: "epsilon is \(epsilon); it must be a finite number greater than 0")
    }
    guard (0...1).contains(momentum) else {
      throw GeometryError.invalidArgument(
        name: "momentum",
        reason: "the momentum of the running statistics is \(momentum); it must be from 0 to 1")
    }
    batch = images.batch
    channels = images.channels
    plane = images.plane
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// N×C×H×W, of the input and the output.
  public var shape: Shape { [batch, channels, plane.height, plane.width] }

  /// Values per channel, over which the statistics of a batch are taken.
  public var valuesPerChannel: Int { batch * plane.area }
}
