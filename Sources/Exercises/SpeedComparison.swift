#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A comparison of the speeds of training of two variants.
///
/// Speeds are compared by their ratios: the logarithms are, as a ``PairedComparison``. The variants of a seed are
/// trained one after the other, so that a machine that becomes slower slows both.
package struct SpeedComparison: Sendable, Equatable {
  private let logarithms: PairedComparison

  /// The smallest ratio that counts: a clock is not exact.
  private static let resolution = 0.01

  /// Compares two variants.
  ///
  /// It is nil with fewer than two pairs, or if a speed is unknown.
  ///
  /// - Parameters:
  ///   - runs: A variant's runs, one per seed.
  ///   - base: The runs of the variant that it is compared with, in the same order.
  ///   - confidence: The confidence, between 0 and 1.
  init?(_ runs: [RunOutcome], _ base: [RunOutcome], confidence: Double) {
    guard (runs + base).allSatisfy({ $0.imagesPerSecond > 0 }) else { return nil }
    func logarithms(_ runs: [RunOutcome]) -> [Double] { runs.map { log($0.imagesPerSecond) } }
    let comparison = PairedComparison(
      logarithms(runs), logarithms(base), confidence: confidence, resolution: Self.resolution)
    guard let comparison else { return nil }
    self.logarithms = comparison
  }

  /// The geometric mean of the ratios of images per second.
  package var ratio: Double { exp(logarithms.mean) }

  /// The interval's lower end.
  package var lower: Double { exp(logarithms.lower) }

  /// The interval's upper end.
  package var upper: Double { exp(logarithms.upper) }

  /// Whether the interval excludes 1.
  package var isDifferent: Bool { logarithms.isDifferent }
}
