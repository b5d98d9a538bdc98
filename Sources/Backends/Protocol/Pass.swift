/// What a pass has to know beyond its memory.
public struct Pass: Sendable {
  /// Whether dropout drops.
  public var isTraining: Bool
  /// The seed of the random numbers.
  public var seed: UInt64
  /// How many steps of training came before.
  public var step: Int
  /// Where in the whole batch the first image of this micro-batch stands.
  public var firstImage: Int

  /// Makes a pass; the default is one of prediction.
  public init(isTraining: Bool = false, seed: UInt64 = 0, step: Int = 0, firstImage: Int = 0) {
    self.isTraining = isTraining
    self.seed = seed
    self.step = step
    self.firstImage = firstImage
  }
}
