import Tensors

/// The arguments of one softmax cross entropy: logits in, loss and gradient out (the book's section 4.1.2).
public struct SoftmaxCrossEntropyCall {
  /// The scores, N×classes, plain; float64 in that precision and float32 in all others.
  public var logits: UnsafeRawPointer
  /// The gradient of the scores in the same layout, to be written; nil where it is not wanted.
  public var gradient: UnsafeMutableRawPointer?
  /// The right class of each row.
  public var labels: UnsafePointer<Int32>
  /// Rows.
  public var count: Int
  /// Classes.
  public var classes: Int
  /// The type of the scores.
  public var elementType: ElementType
  /// What the gradient is multiplied by: 1 / images of the whole batch, for the mean loss.
  public var gradientScale: Double

  /// Makes the arguments.
  public init(
    logits: UnsafeRawPointer, gradient: UnsafeMutableRawPointer?, labels: UnsafePointer<Int32>, count: Int,
    classes: Int, elementType: ElementType, gradientScale: Double
  ) {
    self.logits = logits
    self.gradient = gradient
    self.labels = labels
    self.count = count
    self.classes = classes
    self.elementType = elementType
    self.gradientScale = gradientScale
  }
}
