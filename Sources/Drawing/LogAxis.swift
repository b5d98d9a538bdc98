import Reporting
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A logarithmic axis.
package struct LogAxis: Sendable {
  /// The numbers at both ends.
  package let range: ClosedRange<Double>
  private let start: Double
  private let end: Double

  /// Creates an axis.
  ///
  /// - Parameters:
  ///   - range: The numbers at the ends, more than 0.
  ///   - start: The pixel of the lower one.
  ///   - end: The pixel of the upper one.
  package init(_ range: ClosedRange<Double>, from start: Double, to end: Double) {
    self.range = range
    self.start = start
    self.end = end
  }

  /// The pixel of a number.
  package func position(_ number: Double) -> Double {
    let share = log(number / range.lowerBound) / log(range.upperBound / range.lowerBound)
    return start + (end - start) * share
  }

  /// Round numbers in the range: 1, 2 and 5 times the powers of ten.
  package var ticks: [Double] {
    let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.up))
    return decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
      .filter(range.contains)
  }

  /// A tick's label.
  package static func label(_ tick: Double) -> String {
    tick >= 1
      ? grouped(Int(tick.rounded())) : decimal(tick, places: -Int(log10(tick).rounded(.down)))
  }
}
