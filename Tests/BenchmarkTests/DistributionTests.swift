import Testing

@testable import nin_bench

@Suite("Statistics of times")
struct DistributionTests {
  /// The histogram keeps four significant digits.
  private func expect(_ value: Double, near expected: Double) {
    #expect(abs(value - expected) <= 1e-4 * expected, "\(value) instead of \(expected)")
  }

  @Test("the median and the percentiles of 1 to 100 ms")
  func percentiles() {
    let times = Distribution(nanoseconds: (1...100).shuffled().map { $0 * 1_000_000 })
    #expect(times.count == 100)
    expect(times.median, near: 0.050)
    expect(times.spread.lowerBound, near: 0.010)
    expect(times.spread.upperBound, near: 0.090)
    // Ranks 50 ± 9.8, outwards: the 40th and the 61st.
    expect(times.medianInterval.lowerBound, near: 0.040)
    expect(times.medianInterval.upperBound, near: 0.061)
  }

  @Test("the interval of few times is their minimum and maximum", arguments: [1, 2, 5])
  func fewTimes(count: UInt64) {
    let times = Distribution(nanoseconds: (1...count).map { $0 * 1000 })
    expect(times.medianInterval.lowerBound, near: 1e-6)
    expect(times.medianInterval.upperBound, near: Double(count) * 1e-6)
  }

  @Test("a ratio has the noise of both sides")
  func ratio() {
    let old = Distribution(nanoseconds: [10, 11, 12].map { $0 * 1_000_000 })
    let new = Distribution(nanoseconds: [5, 5, 6].map { $0 * 1_000_000 })
    let ratio = Ratio(of: new, to: old)
    expect(ratio.value, near: 11.0 / 5)
    expect(ratio.interval.lowerBound, near: 10.0 / 6)
    expect(ratio.interval.upperBound, near: 12.0 / 5)
    #expect(!ratio.isWithinNoise)
    #expect(Ratio(of: old, to: old).isWithinNoise)
  }
}
