import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A linear axis.
package struct LinearAxis: Sendable {
  /// The numbers at both ends.
  package let range: ClosedRange<Double>
  private let start: Double
  private let end: Double
  private let step: Double

  /// The largest number taken into account, so that differences are finite.
  private static let largest = 1e100

  /// Creates an axis.
  ///
  /// - Parameters:
  ///   - range: The numbers at the ends, which differ.
  ///   - start: The pixel of the lower one.
  ///   - end: The pixel of the upper one.
  ///   - intervals: The maximum number of intervals between ticks.
  ///   - isWhole: Whether all ticks are integers.
  package init(
    _ range: ClosedRange<Double>, from start: Double, to end: Double, intervals: Int, isWhole: Bool = false
  ) {
    self.range = range
    self.start = start
    self.end = end
    let step = Self.roundStep((range.upperBound - range.lowerBound) / Double(max(intervals, 1)))
    self.step = isWhole ? max(step, 1) : step
  }

  /// The range of some numbers, rounded outwards to ticks.
  ///
  /// - Parameters:
  ///   - numbers: The numbers; non-finite and absurdly large ones are ignored.
  ///   - startsAtZero: Whether the range begins at 0, or below if there are negative numbers.
  ///   - intervals: The approximate number of intervals between ticks.
  /// - Returns: The range, which is not empty.
  package static func range(
    of numbers: [Double], startsAtZero: Bool, intervals: Int = 5
  ) -> ClosedRange<Double> {
    let finite = numbers.filter { abs($0) <= largest }
    let (least, greatest) = (finite.min() ?? 0, finite.max() ?? 1)
    let low = startsAtZero ? min(least, 0) : least
    let high = greatest > low ? greatest : low + max(abs(low) * 0.01, 1e-6)
    let step = roundStep((high - low) / Double(max(intervals, 1)))
    return ((low / step).rounded(.down) * step)...((high / step).rounded(.up) * step)
  }

  /// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below a number.
  private static func roundStep(_ least: Double) -> Double {
    let power = pow(10, log10(max(least, .leastNormalMagnitude)).rounded(.down))
    return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? least
  }

  /// The pixel of a number.
  package func position(_ number: Double) -> Double {
    start + (end - start) * (number - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// Round numbers in the range, equally spaced.
  package var ticks: [Double] {
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// A tick's label, with enough decimals to distinguish the ticks.
  package func label(_ tick: Double) -> String {
    guard abs(tick) < 1e6, step >= 1e-6 || tick == 0 else { return scientific(tick) }
    let places = (0...7).first { places in
      let scaled = step * pow(10, Double(places))
      return abs(scaled - scaled.rounded()) < 1e-6 * scaled
    }
    return decimal(tick, places: places ?? 7)
  }
}
