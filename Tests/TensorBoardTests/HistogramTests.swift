import Testing

@testable import TensorBoard

@Suite("Histograms for TensorBoard")
struct HistogramTests {
  @Test("count each number once, between the least and the greatest")
  func counts() {
    let numbers = (0..<1000).map { Float($0) / 999 * 4 - 1 }
    let message = Histogram(numbers).message
    #expect(message.min == -1 && message.max == 3 && message.num == 1000)
    #expect(message.bucket.reduce(0, +) == 1000)
    #expect(message.bucketLimit.last == 3 && message.bucketLimit == message.bucketLimit.sorted())
    #expect(message.bucket.allSatisfy { (14...17).contains($0) })
    #expect(abs(message.sum - 1000) < 1e-3)
    // The mean of squares is the variance of a uniform distribution of width 4, and the mean's square.
    #expect(abs(message.sumSquares / 1000 - (16.0 / 12 + 1)) < 0.01)
  }

  @Test("equal numbers are in one bucket, and non-finite ones in none")
  func degenerate() {
    let same = Histogram([0.5, 0.5, .nan, .infinity]).message
    #expect(same.bucket == [2] && same.bucketLimit == [0.5] && same.num == 2)
    let none = Histogram([.nan]).message
    #expect(none.num == 0 && none.min == 0 && none.max == 0)
  }

  @Test("wait while other recording has used their time")
  func others() {
    var budget = HistogramBudget(numbers: 1000)
    #expect(budget.allows(after: 1))
    budget.noteOthers(seconds: 0.02)
    #expect(!budget.allows(after: 1) && budget.allows(after: 3))
    #expect(budget.share(of: 2) == 0.01)
  }

  @Test("take at most 1 % of the time, however slow they are")
  func budget() {
    var budget = HistogramBudget(numbers: 1_000_000)
    var spent = 0.0
    var count = 0
    for step in 0..<10_000 {
      let elapsed = Double(step) * 0.1 + spent
      guard budget.allows(after: elapsed) else { continue }
      let cost = step < 5000 ? 0.05 : 0.5
      budget.note(seconds: cost)
      spent += cost
      count += 1
      // The first one that is dearer than it was expected to be can exceed it by itself.
      #expect(spent <= 0.01 * elapsed + cost)
    }
    #expect(count > 20)
    #expect(spent <= 0.01 * (1000 + spent))
  }
}
