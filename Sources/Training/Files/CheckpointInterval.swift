/// How often the state of a training is written within an epoch.
public enum CheckpointInterval: Sendable, Equatable {
  /// After so many seconds, or later if writing would otherwise take more than 2 % of the time.
  case seconds(Double)
  /// After so many steps.
  case steps(Int)

  /// How much longer than writing a state the time between two of them is.
  private static let largestShare = 0.02

  /// Whether a state is to be written.
  ///
  /// - Parameters:
  ///   - steps: How many steps came after the last one.
  ///   - seconds: How long ago the last one was written.
  ///   - writing: How long writing it took, in seconds.
  /// - Returns: Whether it is time.
  public func isDue(steps: Int, seconds: Double, writing: Double) -> Bool {
    switch self {
    case .seconds(let interval): seconds >= max(interval, writing / Self.largestShare)
    case .steps(let interval): steps >= interval
    }
  }
}
