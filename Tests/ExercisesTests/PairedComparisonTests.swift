import Exercises
import Tensors
import Testing

@Suite("A paired comparison")
struct PairedComparisonTests {
  @Test("has the interval of a calculation by hand")
  func byHand() throws {
    // The differences are 1, 2 and 6: mean 3, variance (4 + 1 + 9) / 2 = 7.
    let comparison = try #require(PairedComparison([11, 22, 36], [10, 20, 30]))
    #expect(comparison.mean == 3)
    #expect(abs(comparison.deviation - 7.0.squareRoot()) < 1e-12)
    #expect(abs(comparison.margin - 4.302653 * (7.0 / 3).squareRoot()) < 1e-5)
    #expect(comparison.lower == 3 - comparison.margin && comparison.upper == 3 + comparison.margin)
    #expect(!comparison.isDifferent)
  }

  @Test("does not see what both runs of a seed share")
  func pairs() throws {
    let comparison = try #require(PairedComparison([1.01, 5.011, 9.009], [1, 5, 9]))
    #expect(comparison.isDifferent)
  }

  @Test("says nothing about fewer than two pairs")
  func tooFew() {
    #expect(PairedComparison([1], [2]) == nil)
    #expect(PairedComparison([], []) == nil)
    #expect(PairedComparison([1, 2], [1]) == nil)
  }

  @Test("of equal differences is not certain of more than the resolution shows")
  func resolution() throws {
    let coarse = try #require(PairedComparison([0.5, 0.6], [0.49, 0.59], resolution: 0.01))
    #expect(coarse.deviation == 0.01 && !coarse.isDifferent)
    let same = try #require(PairedComparison([0.5, 0.6], [0.5, 0.6]))
    #expect(!same.isDifferent && same.seedsNeeded(limit: 1000) == nil)
  }

  @Test("needs the fewest seeds with which the difference is detectable")
  func needed() throws {
    let comparison = try #require(PairedComparison([1, 3, -1, 2, 0], [0, 0, 0, 0, 0]))
    let needed = try #require(comparison.seedsNeeded(limit: 1000))
    #expect(comparison.detectable(seeds: needed) < comparison.mean)
    #expect(comparison.detectable(seeds: needed - 1) >= comparison.mean)
    #expect(needed > comparison.count)
    #expect(comparison.seedsNeeded(limit: needed - 1) == nil)
  }

  /// Of 4,000 comparisons about 3,200 show the difference, with a standard deviation of 25; with few seeds the quantiles
  /// only approximate the noncentral distribution.
  @Test("shows a detectable difference about as often as it says", arguments: [5, 12, 40])
  func power(count: Int) throws {
    var numbers = PhiloxGenerator(seed: 7, purpose: .initialization, index: count)
    // Two values whose standard deviation is 1.
    let unit = try #require(PairedComparison([1 / 2.0.squareRoot(), -1 / 2.0.squareRoot()], [0, 0]))
    let difference = unit.detectable(seeds: count)
    var shown = 0
    for _ in 0..<4000 {
      let values = (0..<count).map { _ in difference + numbers.nextNormal() }
      let comparison = try #require(PairedComparison(values, Array(repeating: 0, count: count)))
      if comparison.isDifferent { shown += 1 }
    }
    #expect((3060...3320).contains(shown), "\(shown)")
  }

  /// Of 4,000 intervals of 95 % about 200 miss the mean, with a standard deviation of 14.
  @Test("contains the true difference as often as it says", arguments: [2, 3, 5, 12])
  func coverage(count: Int) throws {
    var numbers = PhiloxGenerator(seed: 5, purpose: .initialization, index: count)
    var misses = 0
    for _ in 0..<4000 {
      let shared = (0..<count).map { _ in 10 * numbers.nextNormal() }
      let values = shared.map { $0 + 0.3 + numbers.nextNormal() }
      let base = shared.map { $0 + numbers.nextNormal() }
      let comparison = try #require(PairedComparison(values, base))
      if !(comparison.lower...comparison.upper).contains(0.3) { misses += 1 }
    }
    #expect((140...260).contains(misses), "\(misses)")
  }
}
