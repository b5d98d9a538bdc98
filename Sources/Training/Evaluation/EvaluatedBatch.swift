import Backends

/// A batch of images with the network's output for each.
///
/// It is a view of memory that the next batch overwrites: valid only during the call that receives it.
public struct EvaluatedBatch {
  /// The index of the first image among all.
  public let firstImage: Int
  /// The correct classes.
  public let labels: UnsafeBufferPointer<Int32>
  /// The network's output, count×classes, row by row.
  public let logits: UnsafeBufferPointer<Float>
  /// The number of classes.
  public let classes: Int
  /// Loss and correct predictions of the batch.
  public let score: ClassificationScore

  /// Creates the view.
  public init(
    firstImage: Int, labels: UnsafeBufferPointer<Int32>, logits: UnsafeBufferPointer<Float>, classes: Int,
    score: ClassificationScore
  ) {
    self.firstImage = firstImage
    self.labels = labels
    self.logits = logits
    self.classes = classes
    self.score = score
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// The correct class of an image.
  public func label(_ row: Int) -> Int { Int(labels[row]) }

  /// The output for an image, one number per class.
  public func logits(_ row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: logits[row * classes..<(row + 1) * classes])
  }

  /// The class with the largest output; with ties, the first.
  public func prediction(_ row: Int) -> Int {
    let scores = logits(row)
    var best = 0
    for index in 1..<max(classes, 1) where scores[index] > scores[best] { best = index }
    return best
  }

  /// The number of classes before the correct one in order of decreasing outputs; ties are in the order of classes, and
  /// NaN comes last.
  public func rankOfLabel(_ row: Int) -> Int {
    let (scores, label) = (logits(row), label(row))
    guard !scores[label].isNaN else { return classes - 1 }
    var rank = 0
    for index in 0..<classes
    where scores[index] > scores[label] || scores[index] == scores[label] && index < label { rank += 1 }
    return rank
  }
}
