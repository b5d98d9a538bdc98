/// Limits recording to a small share of the training time: its cost is measured, and histograms wait until they fit.
struct HistogramBudget {
  /// The share of the time, from 0 to 1.
  static let share = 0.01
  /// The assumed cost of a number before the first measurement, in seconds: an overestimate.
  private static let secondsOfNumber = 20e-9

  /// The time spent, in seconds.
  private(set) var spent = 0.0
  private var next: Double

  /// - Parameter numbers: The number of elements counted at a time.
  init(numbers: Int) {
    next = Double(numbers) * Self.secondsOfNumber
  }

  /// Whether there is time for histograms after some seconds of training.
  func allows(after elapsed: Double) -> Bool {
    spent + next <= Self.share * elapsed
  }

  /// Records the time that histograms took.
  mutating func note(seconds: Double) {
    spent += seconds
    next = seconds
  }

  /// Records the time that other recording took.
  mutating func noteOthers(seconds: Double) {
    spent += seconds
  }

  /// The share of the time that recording took, from 0 to 1.
  func share(of elapsed: Double) -> Double { spent / max(elapsed, .leastNormalMagnitude) }
}
