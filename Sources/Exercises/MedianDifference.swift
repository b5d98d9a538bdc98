/// The median of paired differences between two variants, with a confidence interval.
///
/// The mean is moved by every run, so one that never began to learn can decide it; the median shows what a run usually
/// gains. Its interval ends at two of the sorted differences, those that have the true median between them with at least
/// the given confidence by the ``SignTest``, whatever their distribution.
package struct MedianDifference: Sendable, Equatable {
  /// The median.
  package let value: Double
  /// The interval's lower end.
  package let lower: Double
  /// The interval's upper end.
  package let upper: Double

  /// Compares two variants.
  ///
  /// It is nil if there are too few pairs for an interval: with 95 %, fewer than six.
  ///
  /// - Parameters:
  ///   - values: A variant's values, one per seed.
  ///   - base: The values of the variant that it is compared with, in the same order.
  ///   - confidence: The confidence, between 0 and 1.
  package init?(_ values: [Double], _ base: [Double], confidence: Double = 0.95) {
    let differences = zip(values, base).map { $0 - $1 }.sorted()
    let n = differences.count
    // The median is below the k-th smallest difference with the probability of fewer than k of n on one side.
    let end = (0..<n / 2).last { 2 * SignTest.atMost($0, of: n) <= 1 - confidence }
    guard let end else { return nil }
    value = (differences[(n - 1) / 2] + differences[n / 2]) / 2
    lower = differences[end]
    upper = differences[n - 1 - end]
  }

  /// Which variant's values are higher; nil if they are not distinguishable.
  package var direction: Direction? { Direction(value, lower...upper) }
}
