import Testing

@testable import Drawing

@Suite("Axes")
struct AxisTests {
  @Test("equal ratios are equally long on an axis of logarithms")
  func logarithms() {
    let axis = LogAxis(1...100, from: 0, to: 200)
    #expect(abs(axis.position(10) - 100) < 1e-9)
    #expect(axis.ticks == [1, 2, 5, 10, 20, 50, 100])
    #expect(
      [1000, 5, 0.5, 0.1, 0.02, 0.0005].map(LogAxis.label) == ["1,000", "5", "0.5", "0.1", "0.02", "0.0005"])
  }

  @Test("equal differences are equally long on a linear axis, downwards too")
  func linear() {
    let axis = LinearAxis(0...4, from: 300, to: 100, intervals: 4)
    #expect([0, 1, 4].map(axis.position) == [300, 250, 100])
    #expect(axis.ticks.map(axis.label) == ["0", "1", "2", "3", "4"])
  }

  @Test("ticks are round, and as many as there is room for", arguments: [0.0003, 0.7, 1, 3, 469, 80_000])
  func ticks(last: Double) {
    let axis = LinearAxis(0...last, from: 0, to: 1, intervals: 5)
    #expect((2...6).contains(axis.ticks.count), "\(axis.ticks)")
    #expect(Set(axis.ticks.map(axis.label)).count == axis.ticks.count)
  }

  @Test("epochs are whole numbers")
  func whole() {
    #expect(LinearAxis(0...1, from: 0, to: 1, intervals: 10, isWhole: true).ticks == [0, 1])
    #expect(LinearAxis(0...40, from: 0, to: 1, intervals: 10, isWhole: true).ticks.count == 9)
  }

  @Test("a range reaches beyond its numbers, from 0 if requested, and ignores what is not finite")
  func range() {
    let range = LinearAxis.range(of: [0.2, 1.17, .nan, .infinity], startsAtZero: true)
    #expect(range.lowerBound == 0 && range.upperBound == 1.25)
    let narrow = LinearAxis.range(of: [2.31, 2.32], startsAtZero: false)
    #expect(narrow.lowerBound <= 2.31 && narrow.lowerBound > 2.3 && narrow.upperBound >= 2.32)
    for numbers in [[], [0], [3, 3], [-1, -1], [1e300], [-1.7e308, 1.7e308], [1e99, -1e99]] as [[Double]] {
      let range = LinearAxis.range(of: numbers, startsAtZero: true)
      #expect(range.lowerBound < range.upperBound)
    }
  }
}
