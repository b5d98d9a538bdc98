import Histogram

/// The times of some steps, summarized; a value is kept to four significant digits.
struct Distribution: Equatable, Sendable {
  /// The smallest number of steps whose fastest and slowest enclose the median with 95 % confidence: 1 - 2/2⁶.
  static let minimumForInterval = 6

  /// The number of steps.
  let count: Int
  /// The median, in seconds: with an even number of steps, the lower of the two in the middle.
  let median: Double
  /// The tenth and the ninetieth percentile, in seconds.
  let spread: ClosedRange<Double>
  /// The interval of the median of many more such steps with 95 % confidence, in seconds.
  ///
  /// Its ends are two of the ordered times, with the ranks n/2 ± 0.98·√n from the binomial distribution, so it assumes
  /// nothing about the distribution of the times. With fewer than six steps it is the whole range.
  let medianInterval: ClosedRange<Double>

  /// Summarizes times; there must be at least one.
  init(nanoseconds: [UInt64]) {
    var histogram = Histogram<UInt32>(numberOfSignificantValueDigits: .four)
    for time in nanoseconds { histogram.record(time) }
    let count = nanoseconds.count
    func seconds(percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) * 1e-9 }
    func seconds(rank: Int) -> Double {
      seconds(percentile: 100 * (Double(min(max(rank, 1), count)) - 0.5) / Double(max(count, 1)))
    }
    self.count = count
    median = seconds(percentile: 50)
    spread = seconds(percentile: 10)...seconds(percentile: 90)
    let reach = 0.98 * Double(count).squareRoot()
    let middle = Double(count) / 2
    medianInterval =
      seconds(
        rank: Int((middle - reach).rounded(.down)))...seconds(rank: Int((middle + reach).rounded(.up)) + 1)
  }
}

/// The ratio of two speeds, with the noise of both.
struct Ratio: Equatable, Sendable {
  /// The new speed divided by the old, by their medians.
  let value: Double
  /// Its interval, given the intervals of both medians.
  let interval: ClosedRange<Double>

  init(of new: Distribution, to old: Distribution) {
    value = old.median / new.median
    interval =
      old.medianInterval.lowerBound / new.medianInterval.upperBound...old.medianInterval.upperBound
      / new.medianInterval.lowerBound
  }

  /// Whether both may be equally fast.
  var isWithinNoise: Bool { interval.contains(1) }
}
