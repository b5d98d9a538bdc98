/// The arguments of a pass beyond the kernel's memory.
public struct RunContext: Sendable {
  /// Whether dropout drops, and batch normalization takes the statistics of the batch instead of the running ones.
  public var isTraining: Bool
  /// The seed of the random numbers.
  public var seed: UInt64
  /// The number of earlier training steps.
  public var step: Int
  /// The index in the whole batch of the first image of the kernel's part.
  public var firstImage: Int
  /// Whether a ``BatchStatisticsKernel`` that computes part of a batch has been given the sums over the whole batch.
  public var hasBatchStatistics = false

  /// Creates a context; by default for prediction.
  public init(isTraining: Bool = false, seed: UInt64 = 0, step: Int = 0, firstImage: Int = 0) {
    self.isTraining = isTraining
    self.seed = seed
    self.step = step
    self.firstImage = firstImage
  }
}
