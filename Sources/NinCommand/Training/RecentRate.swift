#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A current rate: an exponential average in which work t seconds ago has the weight e^(−t / 10 s).
struct RecentRate {
  private static let memory = 10.0
  private var count = 0.0
  private var seconds = 0.0

  /// Adds completed work.
  ///
  /// - Parameters:
  ///   - count: The amount.
  ///   - seconds: The time it took.
  mutating func add(_ count: Int, seconds: Double) {
    let fading = exp(-seconds / Self.memory)
    self.count = self.count * fading + Double(count)
    self.seconds = self.seconds * fading + seconds
  }

  /// The rate per second; 0 at first.
  var perSecond: Double { seconds > 0 ? count / seconds : 0 }
}
