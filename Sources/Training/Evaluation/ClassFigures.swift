/// Precision, recall and F1 of one class; ``ConfusionMatrix`` has the equations.
public struct ClassFigures: Sendable, Equatable {
  /// The number of images of the class that were classified correctly.
  public let correct: Int
  /// The number of images of the class.
  public let support: Int
  /// The number of images classified as the class.
  public let predictions: Int

  /// Creates the figures from counts.
  public init(correct: Int, support: Int, predictions: Int) {
    self.correct = correct
    self.support = support
    self.predictions = predictions
  }

  /// The share of the images classified as the class that belong to it; nil if there are none.
  public var precision: Double? { predictions > 0 ? Double(correct) / Double(predictions) : nil }

  /// The share of the class's images that are classified correctly; nil if it has none.
  public var recall: Double? { support > 0 ? Double(correct) / Double(support) : nil }

  /// The harmonic mean of precision and recall; 0 if one of them is 0 or undefined, nil if both are undefined.
  public var f1: Double? {
    let both = predictions + support
    return both > 0 ? 2 * Double(correct) / Double(both) : nil
  }
}
