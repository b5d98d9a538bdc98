#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The current rate of something: an average in which what happened t seconds ago counts e^(−t / 10 s).
struct RecentRate {
  private static let memory = 10.0
  private var count = 0.0
  private var seconds = 0.0

  /// Adds what was done.
  ///
  /// - Parameters:
  ///   - count: How much.
  ///   - seconds: How long it took.
  mutating func add(_ count: Int, seconds: Double) {
    let fading = exp(-seconds / Self.memory)
    self.count = self.count * fading + Double(count)
    self.seconds = self.seconds * fading + seconds
  }

  /// How much a second; 0 before anything is done.
  var perSecond: Double { seconds > 0 ? count / seconds : 0 }
}
