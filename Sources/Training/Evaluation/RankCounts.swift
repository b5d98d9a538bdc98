/// The number of times that the correct class had each rank among the predictions, for top-k accuracy.
///
/// Top-k accuracy is the share of images whose correct class has a rank below k:
///
///     accuracy(k) = |{ images with rank < k }| / |{ images }|
///
/// Source: Russakovsky and others, *ImageNet Large Scale Visual Recognition Challenge*, 2015, whose k is 5.
public struct RankCounts: Sendable, Equatable {
  private var counts: [Int]

  /// Creates empty counts.
  ///
  /// - Parameter classes: The number of classes, at least 1.
  public init(classes: Int) {
    counts = Array(repeating: 0, count: classes)
  }

  /// Adds an image.
  ///
  /// - Parameter rank: The number of classes that were more likely than the correct one.
  public mutating func add(rank: Int) {
    counts[rank] += 1
  }

  /// Adds the images of a batch; nothing is allocated.
  ///
  /// - Precondition: There are counts for as many classes as the network has.
  public mutating func add(_ batch: EvaluatedBatch) {
    for row in 0..<batch.count { add(rank: batch.rankOfLabel(row)) }
  }

  /// The number of images.
  public var count: Int { counts.reduce(0, +) }

  /// The share of images whose correct class is among the most likely; 0 without images.
  ///
  /// - Parameter top: The number of most likely classes, k; at most all.
  /// - Returns: The top-k accuracy, from 0 to 1.
  public func accuracy(top: Int) -> Double {
    Double(counts.prefix(top).reduce(0, +)) / Double(max(count, 1))
  }
}
