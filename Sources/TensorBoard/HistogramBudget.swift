/// Keeps histograms to a small part of a training's time: their cost is measured, and a next one waits until it fits in.
struct HistogramBudget {
  /// The part of the time, from 0 to 1.
  static let share = 0.01
  /// What a number is taken to cost before any was counted, in seconds: more than it does.
  private static let secondsOfNumber = 20e-9

  private var spent = 0.0
  private var next: Double

  /// - Parameter numbers: How many numbers are counted at a time.
  init(numbers: Int) {
    next = Double(numbers) * Self.secondsOfNumber
  }

  /// Whether there is time for histograms after so many seconds of training.
  func allows(after elapsed: Double) -> Bool {
    spent + next <= Self.share * elapsed
  }

  /// Notes how long they took.
  mutating func note(seconds: Double) {
    spent += seconds
    next = seconds
  }
}
