/// How a probability of being dropped becomes numbers to compare and to multiply with, the same on all backends.
public enum DropoutProbability {
  /// Elements whose random word is below this are dropped: the probability times 2³².
  public static func threshold(_ probability: Double) -> UInt32 {
    UInt32(min(max(probability, 0) * 0x1p32, 0x1p32 - 1))
  }

  /// What elements that are kept are multiplied by: 1 / (1 − probability), and 0 where all are dropped.
  public static func scale(_ probability: Double) -> Double {
    probability < 1 ? 1 / (1 - probability) : 0
  }
}
