import Testing

@testable import nin_bench

@Suite("Tables of results")
struct TableTests {
  @Test("a network's row has rates by the median, and the share of the peak")
  func network() {
    let report = Samples.report([
      Samples.measurement(milliseconds: [10, 10, 10]),
      Samples.measurement(milliseconds: [20, 20, 20], threads: 1),
    ])
    let text = "\(NetworkTable(report: report))"
    // 128 images and 10⁹ operations in 10 ms, under a peak of 2·10¹¹.
    #expect(text.contains("12800.0"))
    #expect(text.contains("100.0       50.0"))
    #expect(text.contains("not counted"))
    #expect(text.contains("2.00 (2.00–2.00) times as fast as with 1"))
  }

  @Test("a profile's rows and the unaccounted rest add up to the step")
  func profile() {
    let measurement = Samples.measurement(milliseconds: [8], profile: Samples.profile)
    let table = ProfileTable(Samples.profile, of: measurement, ceilings: nil)
    let lines = "\(table)".split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.contains { $0.starts(with: ["unaccounted", "for", "1.000", "12.50"]) })
    #expect(lines.contains { $0.starts(with: ["the", "step", "8.000", "100.00"]) })
    #expect(
      lines.contains { $0.starts(with: ["net.0.0", "weight", "input", "gradient", "after", "an", "update"]) })
    #expect(lines.contains { $0.starts(with: ["net.0.0", "+", "net.0.1", "fuse", "ReLU"]) })
  }
}
