import Backends

/// A batch of images with what the network has given for each.
///
/// It is a view of memory that the next batch overwrites: valid only while whoever is given it runs.
public struct EvaluatedBatch {
  /// The place of the first image among all.
  public let firstImage: Int
  /// The right classes.
  public let labels: UnsafeBufferPointer<Int32>
  /// The network's output, count×classes, row by row.
  public let logits: UnsafeBufferPointer<Float>
  /// How many classes there are.
  public let classes: Int
  /// Loss and right answers of the batch.
  public let score: ClassificationScore

  /// Makes the view.
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

  /// How many images there are.
  public var count: Int { labels.count }

  /// The right class of an image.
  public func label(_ row: Int) -> Int { Int(labels[row]) }

  /// The output for an image, a number for each class.
  public func logits(_ row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: logits[row * classes..<(row + 1) * classes])
  }

  /// The class with the largest output, of equal ones the first.
  public func prediction(_ row: Int) -> Int {
    let scores = logits(row)
    var best = 0
    for index in 1..<max(classes, 1) where scores[index] > scores[best] { best = index }
    return best
  }

  /// How many classes come before the right one, in the order of falling outputs; of equal outputs the first class comes
  /// first, and one that is not a number comes last.
  public func rankOfLabel(_ row: Int) -> Int {
    let (scores, label) = (logits(row), label(row))
    guard !scores[label].isNaN else { return classes - 1 }
    var rank = 0
    for index in 0..<classes
    where scores[index] > scores[label] || scores[index] == scores[label] && index < label { rank += 1 }
    return rank
  }
}
