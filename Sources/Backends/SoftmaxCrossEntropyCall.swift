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

/// How well some images were classified.
public struct ClassificationScore: Sendable, Equatable {
  /// The sum of the images' losses.
  public var lossSum: Double
  /// How many images had their largest score at the right class.
  public var correct: Int
  /// How many images there were.
  public var count: Int

  /// Makes a score; without arguments, that of no images.
  public init(lossSum: Double = 0, correct: Int = 0, count: Int = 0) {
    self.lossSum = lossSum
    self.correct = correct
    self.count = count
  }

  /// The mean loss.
  public var loss: Double { lossSum / Double(max(count, 1)) }

  /// The share of images classified rightly.
  public var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// Adds the score of other images.
  public static func += (total: inout ClassificationScore, part: ClassificationScore) {
    total.lossSum += part.lossSum
    total.correct += part.correct
    total.count += part.count
  }
}
