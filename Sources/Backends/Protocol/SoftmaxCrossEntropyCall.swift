import Tensors

/// The arguments of one softmax cross entropy: logits in, loss and gradient out (the book's section 4.1.2).
///
/// With ε the label smoothing and K classes, the target of a row is 1 − ε at the correct class plus ε / K at every
/// class, as in PyTorch's `CrossEntropyLoss` (Szegedy and others, *Rethinking the Inception Architecture for Computer
/// Vision*, 2016, section 7). The loss is −Σ targetₖ · log softmax(logits)ₖ.
public struct SoftmaxCrossEntropyCall {
  /// The scores, N×classes, plain; float64 in that precision, otherwise float32.
  public var logits: UnsafeRawPointer
  /// The gradient of the scores in the same layout, to be written; nil if it is not requested.
  public var gradient: UnsafeMutableRawPointer?
  /// The correct class of each row.
  public var labels: UnsafePointer<Int32>
  /// Rows.
  public var count: Int
  /// Classes.
  public var classes: Int
  /// The type of the scores.
  public var elementType: ElementType
  /// The factor applied to the gradient: 1 / images of the whole batch, for the mean loss.
  public var gradientScale: Double
  /// ε: the part of the target that all classes share; 0 for none.
  public var labelSmoothing: Double

  /// Creates the arguments.
  public init(
    logits: UnsafeRawPointer, gradient: UnsafeMutableRawPointer?, labels: UnsafePointer<Int32>, count: Int,
    classes: Int, elementType: ElementType, gradientScale: Double, labelSmoothing: Double = 0
  ) {
    self.logits = logits
    self.gradient = gradient
    self.labels = labels
    self.count = count
    self.classes = classes
    self.elementType = elementType
    self.gradientScale = gradientScale
    self.labelSmoothing = labelSmoothing
  }
}
