/// The interval at which the training state is written within an epoch.
public enum CheckpointInterval: Sendable, Equatable {
  /// After this many seconds, or later if writing would otherwise take more than 2 % of the time.
  case seconds(Double)
  /// After this many steps.
  case steps(Int)

  /// The minimum ratio of the time between two writes to the time of one.
  private static let maximumShare = 0.02

  /// Whether a state is to be written.
  ///
  /// - Parameters:
  ///   - steps: The number of steps since the last write.
  ///   - seconds: The time since the last write.
  ///   - writing: The time that the last write took, in seconds.
  /// - Returns: Whether it is time.
  public func isDue(steps: Int, seconds: Double, writing: Double) -> Bool {
    switch self {
    case .seconds(let interval): seconds >= max(interval, writing / Self.maximumShare)
    case .steps(let interval): steps >= interval
    }
  }
}
