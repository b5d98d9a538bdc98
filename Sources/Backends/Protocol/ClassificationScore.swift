/// The result of classifying some images.
public struct ClassificationScore: Sendable, Equatable, Codable {
  /// The sum of the images' losses.
  public var lossSum: Double
  /// The number of images with the largest score at the correct class.
  public var correct: Int
  /// The number of images.
  public var count: Int

  /// Creates a score; without arguments, that of no images.
  public init(lossSum: Double = 0, correct: Int = 0, count: Int = 0) {
    self.lossSum = lossSum
    self.correct = correct
    self.count = count
  }

  /// The mean loss.
  public var loss: Double { lossSum / Double(max(count, 1)) }

  /// The fraction of images classified correctly.
  public var accuracy: Double { Double(correct) / Double(max(count, 1)) }

  /// Adds the score of other images.
  public static func += (total: inout ClassificationScore, part: ClassificationScore) {
    total.lossSum += part.lossSum
    total.correct += part.correct
    total.count += part.count
  }
}
