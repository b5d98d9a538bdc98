/// Keeps recording to a small part of a training's time: its cost is measured, and the next histograms wait until they fit in.
struct HistogramBudget {
  /// The part of the time, from 0 to 1.
  static let share = 0.01
  /// What a number is assumed to cost before any was counted, in seconds: more than it does.
  private static let secondsOfNumber = 20e-9

  /// What was spent, in seconds.
  private(set) var spent = 0.0
  private var next: Double

  /// - Parameter numbers: How many numbers are counted at a time.
  init(numbers: Int) {
    next = Double(numbers) * Self.secondsOfNumber
  }

  /// Whether there is time for histograms after so many seconds of training.
  func allows(after elapsed: Double) -> Bool {
    spent + next <= Self.share * elapsed
  }

  /// Notes how long histograms took.
  mutating func note(seconds: Double) {
    spent += seconds
    next = seconds
  }

  /// Notes how long anything else took that was recorded.
  mutating func noteOthers(seconds: Double) {
    spent += seconds
  }

  /// The part of the time that recording took, from 0 to 1.
  func share(of elapsed: Double) -> Double { spent / max(elapsed, .leastNormalMagnitude) }
}
