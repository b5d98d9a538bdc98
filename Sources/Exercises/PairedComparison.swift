/// The sign of a difference whose interval excludes 0.
package enum Direction: String, Sendable {
  case higher, lower

  /// The sign of a difference; nil if its interval contains 0.
  package init?(_ difference: Double, _ interval: ClosedRange<Double>) {
    guard !interval.contains(0) else { return nil }
    self = difference > 0 ? .higher : .lower
  }
}

/// The paired differences between two variants over common seeds, with a confidence interval of their mean.
///
/// Runs of a seed share the order of the images, so differences vary less than the runs themselves. For normal
/// differences with mean d and deviation s over n seeds, the interval d ± t·s/√n, with Student's t for n − 1 degrees of
/// freedom, contains the true mean with the given confidence.
package struct PairedComparison: Sendable, Equatable, Codable {
  /// n, the number of pairs.
  package let count: Int
  /// d, the mean difference.
  package let mean: Double
  /// s, the sample's standard deviation; at least the resolution of the measure.
  package let deviation: Double
  /// The confidence, between 0 and 1.
  package let confidence: Double
  /// Half the width of the interval.
  package let margin: Double

  /// Compares two variants.
  ///
  /// It is nil with fewer than two pairs.
  ///
  /// - Parameters:
  ///   - values: A variant's values, one per seed.
  ///   - base: The values of the variant that it is compared with, in the same order.
  ///   - confidence: The confidence, between 0 and 1.
  ///   - resolution: The smallest difference that a value can show. Without it, a few differences that are equal by
  ///     chance would have a deviation of 0 and an interval of width 0.
  package init?(_ values: [Double], _ base: [Double], confidence: Double = 0.95, resolution: Double = 0) {
    let differences = zip(values, base).map { $0 - $1 }
    guard differences.count > 1 else { return nil }
    let n = Double(differences.count)
    let mean = differences.reduce(0, +) / n
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    count = differences.count
    self.mean = mean
    deviation = max((squares / (n - 1)).squareRoot(), resolution)
    self.confidence = confidence
    margin = Self.margin(deviation, count, confidence)
  }

  /// The interval's lower end.
  package var lower: Double { mean - margin }

  /// The interval's upper end.
  package var upper: Double { mean + margin }

  /// Whether the interval excludes 0, so that the variants differ with the given confidence.
  package var isDifferent: Bool { abs(mean) > margin }

  /// Which variant's values are higher; nil if they are not distinguishable.
  package var direction: Direction? { Direction(mean, lower...upper) }

  /// The probability with which the recommended number of seeds shows a difference.
  package static let power = 0.8

  /// The number of seeds that would show the difference with the probability ``power``, if difference and deviation
  /// stay the same.
  ///
  /// - Parameter limit: The maximum number of seeds.
  /// - Returns: The smallest n for which ``detectable(seeds:)`` is below |d|; nil if that is more than the limit.
  package func seedsNeeded(limit: Int) -> Int? {
    guard limit >= 2 else { return nil }
    return (2...limit).first { detectable(seeds: $0) < abs(mean) }
  }

  /// The difference that a number of seeds shows with the probability ``power``, if the deviation stays the same.
  ///
  /// With a true difference of t·s/√n, half of all intervals would include 0. The quantile of the power is added to
  /// t: the usual approximation of the noncentral distribution.
  ///
  /// - Parameter seeds: The number of seeds, n, at least 2.
  /// - Returns: (t + u)·s/√n, where u is the quantile of Student's t that is exceeded with the probability 1 − power.
  package func detectable(seeds: Int) -> Double {
    let student = StudentT(degreesOfFreedom: seeds - 1)
    let quantiles =
      student.quantile(confidence: confidence) + student.quantile(confidence: 2 * Self.power - 1)
    return quantiles * deviation / Double(seeds).squareRoot()
  }

  private static func margin(_ deviation: Double, _ count: Int, _ confidence: Double) -> Double {
    StudentT(degreesOfFreedom: count - 1).quantile(confidence: confidence) * deviation
      / Double(count).squareRoot()
  }
}
