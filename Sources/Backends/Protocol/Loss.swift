/// The loss that training minimizes: its mean over the images of a batch.
public enum Loss: Sendable {
  /// Softmax cross entropy, with a label smoothing from 0 to 1; see ``SoftmaxCrossEntropyCall``.
  case crossEntropy(labelSmoothing: Double)
  /// A custom loss.
  case custom(any CustomLoss)
}

/// A custom loss with its gradient; it works on every backend and in every precision.
///
/// It is called for the parts of a batch by several threads at once, so it must not keep state. The mean squared error
/// of scores and one-hot labels:
///
///     struct SquaredError: CustomLoss {
///       func score(_ call: CustomLossCall) -> ClassificationScore {
///         var score = ClassificationScore(correct: call.correctCount, count: call.count)
///         for row in 0..<call.count {
///           let (logits, gradient) = (call.logits(row), call.gradient(row))
///           for index in 0..<call.classes {
///             let difference = logits[index] - (index == call.label(row) ? 1 : 0)
///             score.lossSum += Double(difference * difference)
///             gradient?[index] = 2 * difference / Float(call.imagesOfBatch)
///           }
///         }
///         return score
///       }
///     }
///
/// ``CustomLossCall/softmax(_:)`` has the probabilities of a row, for losses that are defined by them.
public protocol CustomLoss: Sendable {
  /// Computes the loss of a part of a batch, and its gradient if requested.
  ///
  /// - Parameter call: The logits and the labels, and where the gradient goes.
  /// - Returns: The sum of the images' losses, how many are classified correctly, and how many there are.
  func score(_ call: CustomLossCall) -> ClassificationScore
}

/// The arguments of a ``CustomLoss``: a part of a batch.
public struct CustomLossCall {
  /// The scores, count×classes, row by row.
  public let logits: UnsafeBufferPointer<Float>
  /// The correct class of each row, from 0 to classes − 1.
  public let labels: UnsafeBufferPointer<Int32>
  /// The number of scores of a row.
  public let classes: Int
  /// The number of images of the whole batch, by which the gradient of a mean over the batch is divided.
  public let imagesOfBatch: Int
  /// The memory for the gradient with respect to the logits, to be filled completely, in the same order; nil if it is
  /// not requested.
  public let gradient: UnsafeMutableBufferPointer<Float>?

  /// Creates the arguments.
  public init(
    logits: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Int32>, classes: Int, imagesOfBatch: Int,
    gradient: UnsafeMutableBufferPointer<Float>?
  ) {
    self.logits = logits
    self.labels = labels
    self.classes = classes
    self.imagesOfBatch = imagesOfBatch
    self.gradient = gradient
  }

  /// The number of rows.
  public var count: Int { labels.count }

  /// The scores of a row, one for each class.
  public func logits(_ row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: logits[row * classes..<(row + 1) * classes])
  }

  /// The correct class of a row.
  public func label(_ row: Int) -> Int { Int(labels[row]) }

  /// The memory for the gradient with respect to the scores of a row; nil if it is not requested.
  public func gradient(_ row: Int) -> UnsafeMutableBufferPointer<Float>? {
    gradient.map { UnsafeMutableBufferPointer(rebasing: $0[row * classes..<(row + 1) * classes]) }
  }

  /// The softmax of the scores of a row.
  public func softmax(_ row: Int) -> SoftmaxRow { SoftmaxRow(logits(row)) }

  /// The number of rows with the largest score at the correct class; with ties, the first counts.
  public var correctCount: Int {
    (0..<count).count { row in
      let scores = logits(row)
      var best = 0
      for index in scores.indices where scores[index] > scores[best] { best = index }
      return best == label(row)
    }
  }
}
