/// How often the right class was the likeliest, the second likeliest, and so on: for accuracies among the k likeliest.
///
/// Top-k accuracy is the share of images whose right class has a rank below k:
///
///     accuracy(k) = |{ images with rank < k }| / |{ images }|
///
/// Source: Russakovsky and others, *ImageNet Large Scale Visual Recognition Challenge*, 2015, whose k is 5.
public struct RankCounts: Sendable, Equatable {
  private var counts: [Int]

  /// Makes the counts of no images.
  ///
  /// - Parameter classes: How many classes there are, at least 1.
  public init(classes: Int) {
    counts = Array(repeating: 0, count: classes)
  }

  /// Adds an image.
  ///
  /// - Parameter rank: How many classes were likelier than the right one.
  public mutating func add(rank: Int) {
    counts[rank] += 1
  }

  /// Adds the images of a batch; nothing is allocated.
  public mutating func add(_ batch: EvaluatedBatch) {
    for row in 0..<batch.count { add(rank: batch.rankOfLabel(row)) }
  }

  /// How many images there were.
  public var count: Int { counts.reduce(0, +) }

  /// The share of images whose right class is among the likeliest; 0 without images.
  ///
  /// - Parameter top: How many classes may be named; more than there are count as all.
  /// - Returns: The top-k accuracy, from 0 to 1.
  public func accuracy(top: Int) -> Double {
    Double(counts.prefix(top).reduce(0, +)) / Double(max(count, 1))
  }
}
