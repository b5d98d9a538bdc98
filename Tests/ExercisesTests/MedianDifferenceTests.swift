import Exercises
import Tensors
import Testing

@Suite("A median difference")
struct MedianDifferenceTests {
  /// Source of the ranks: the binomial distribution with n = 6, 9 and 20, by hand.
  @Test(
    "has the interval between the ranks of the sign test", arguments: [(6, 1, 6), (9, 2, 8), (20, 6, 15)])
  func ranks(count: Int, lower: Int, upper: Int) throws {
    let values = (1...count).map(Double.init).reversed()
    let difference = try #require(MedianDifference(Array(values), Array(repeating: 0, count: count)))
    #expect(difference.value == Double(count + 1) / 2)
    #expect(difference.lower == Double(lower) && difference.upper == Double(upper))
    #expect(difference.direction == .higher)
  }

  @Test("has none with fewer than six pairs")
  func tooFew() {
    for count in 0...5 {
      let values = Array(repeating: 1.0, count: count)
      #expect(MedianDifference(values, values) == nil)
    }
  }

  /// Differences with a few large values, of median 0: with 7 pairs 2/128, with 20 pairs 4.1 % of the intervals miss it.
  @Test("contains the true median as often as it says", arguments: [(7, 0.0156), (20, 0.0414)])
  func coverage(count: Int, share: Double) throws {
    var numbers = PhiloxGenerator(seed: 3, purpose: .initialization, index: count)
    var misses = 0
    for _ in 0..<4000 {
      let values = (0..<count).map { _ in
        let number = numbers.nextNormal()
        return number > 1 ? 100 * number : number
      }
      let difference = try #require(MedianDifference(values, Array(repeating: 0, count: count)))
      if difference.direction != nil { misses += 1 }
    }
    let deviation = (4000 * share * (1 - share)).squareRoot()
    #expect(abs(Double(misses) - 4000 * share) < 4 * deviation, "\(misses)")
  }

  @Test("uses the probabilities of fair coins")
  func signTest() {
    #expect(SignTest.probability(0, 5) == 0.0625)
    #expect(SignTest.probability(6, 0) == 0.03125)
    #expect(SignTest.probability(1, 4) == 0.375)
    #expect(SignTest.probability(0, 0) == 1 && SignTest.probability(3, 3) == 1)
    #expect(abs(SignTest.atMost(100, of: 200) - 0.5281742) < 1e-7)
  }
}
