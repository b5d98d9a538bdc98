import Operations
import Tensors

/// Batch normalization over images (the book's section 8.5, PyTorch's `BatchNorm2d` with its defaults).
///
/// It learns a scale and a shift of each channel, `weight` and `bias`, and keeps `running_mean`, `running_var` and
/// `num_batches_tracked`, which prediction uses. A batch is normalized with the biased variance (divided by the number
/// of values); the running variance is updated with the unbiased one.
public struct BatchNorm2D: OperationLayer {
  /// `BatchNorm2D`.
  public static let kind = "BatchNorm2D"

  /// ε, which is added to the variance.
  public var epsilon: Double
  /// The weight of a batch's statistics in the running ones.
  public var momentum: Double

  /// Creates a batch normalization.
  ///
  /// - Parameters:
  ///   - epsilon: ε, which is added to the variance.
  ///   - momentum: The weight of a batch's statistics in the running ones.
  public init(epsilon: Double = 1e-5, momentum: Double = 0.1) {
    self.epsilon = epsilon
    self.momentum = momentum
  }

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: N×C×H×W.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input is not a batch of images.
  public func operation(input: Shape) throws -> TensorOperation {
    .batchNormalization(
      try BatchNormalizationGeometry(input: input, epsilon: epsilon, momentum: momentum))
  }
}
