import Foundation

/// A two-sample Kolmogorov–Smirnov test where the other sample is known by its quantiles.
struct KolmogorovSmirnov {
  /// The quantiles of the other sample at equal steps, from its least value to its greatest.
  let quantiles: [Double]
  /// The number of values behind the quantiles.
  let count: Int

  /// The largest difference of the two distribution functions at the quantiles.
  func distance(to sample: [Double]) -> Double {
    let sorted = sample.sorted()
    let steps = Double(quantiles.count - 1)
    var below = 0
    return quantiles.enumerated().map { index, quantile in
      while below < sorted.count, sorted[below] <= quantile { below += 1 }
      return abs(Double(below) / Double(sorted.count) - Double(index) / steps)
    }.max() ?? 0
  }

  /// The distance that two samples of one distribution exceed with a probability of `probability` at most.
  ///
  /// Source: the asymptotic distribution of Kolmogorov and Smirnov, 2·exp(−2·d²·mn/(m + n)).
  func bound(sampleCount: Int, probability: Double) -> Double {
    let ratio = 1 / Double(count) + 1 / Double(sampleCount)
    return (-log(probability / 2) / 2 * ratio).squareRoot()
  }
}
