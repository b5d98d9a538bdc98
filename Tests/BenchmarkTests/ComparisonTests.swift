import Testing

@testable import nin_bench

@Suite("Comparisons")
struct ComparisonTests {
  @Test("twice as fast is distinguished from the noise")
  func verdicts() {
    let old = Samples.report([
      Samples.measurement(milliseconds: [20, 20, 20, 20, 20, 21]),
      Samples.measurement(milliseconds: [30, 30, 30, 33, 33, 33], threads: 1),
    ])
    let new = Samples.report([
      Samples.measurement(milliseconds: Array(repeating: 10, count: 6)),
      Samples.measurement(milliseconds: [31, 31, 31, 34, 34, 34], threads: 1),
    ])
    let comparison = Comparison(old: old, new: new)
    #expect(comparison.rows.map(\.verdict) == ["faster", "within the noise"])
    #expect(comparison.rows.map(\.isFaster) == [true, false])
    #expect(!comparison.hasSlower && Comparison(old: new, new: old).hasSlower)
    #expect(Comparison(old: new, new: old).rows.map(\.verdict) == ["slower", "within the noise"])
    #expect(abs(comparison.rows[0].ratio.value - 2) < 1e-3)
    #expect(comparison.unmatched.isEmpty)
    #expect(comparison.summary.contains("2.000"))
    #expect(!comparison.summary.contains("1 thread "), "only what has changed is shown")
    #expect(comparison.summary.contains("1 of 2 within the noise"))
  }

  @Test("a median within the 10–90 % range has not changed, however narrow the interval of the median")
  func withinTheRange() {
    let old = Array(repeating: UInt64(100), count: 80) + Array(repeating: 120, count: 20)
    let new = old.map { $0 == 100 ? 110 : $0 }
    let comparison = Comparison(
      old: Samples.report([Samples.measurement(milliseconds: old)]),
      new: Samples.report([Samples.measurement(milliseconds: new)]))
    #expect(comparison.rows.map(\.ratio.isWithinNoise) == [false])
    #expect(comparison.rows.map(\.verdict) == ["within the noise"])
  }

  @Test("a disturbed row is shown, but does not count as slower")
  func disturbed() {
    let loud = Disturbance(stolen: 0.5, others: 0, spread: 0)
    let comparison = Comparison(
      old: Samples.report([Samples.measurement(milliseconds: Array(repeating: 10, count: 6))]),
      new: Samples.report([
        Samples.measurement(milliseconds: Array(repeating: 20, count: 6), disturbance: loud)
      ]))
    #expect(comparison.rows.map(\.verdict) == ["slower, disturbed"])
    #expect(!comparison.hasSlower)
  }

  @Test(
    "rows with fewer than six steps are shown, but never count as slower",
    arguments: [(5, 6), (6, 5), (6, 6)])
  func fewSteps(before: Int, after: Int) {
    let fast = Samples.report([Samples.measurement(milliseconds: Array(repeating: 10, count: before))])
    let slow = Samples.report([Samples.measurement(milliseconds: Array(repeating: 20, count: after))])
    let isEnough = min(before, after) >= 6
    let slower = Comparison(old: fast, new: slow)
    let faster = Comparison(old: slow, new: fast)
    #expect(slower.rows.map(\.verdict) == [isEnough ? "slower" : "slower, too few steps"])
    #expect(faster.rows.map(\.verdict) == [isEnough ? "faster" : "faster, too few steps"])
    #expect(slower.hasSlower == isEnough)
    #expect(faster.rows.map(\.isFaster) == [isEnough])
  }

  @Test("passes are compared too, and rows of only one side are listed")
  func passes() {
    let old = Samples.report([Samples.measurement(milliseconds: [10])])
    let new = Samples.report([Samples.measurement(milliseconds: [10], profile: Samples.profile)])
    #expect(Comparison(old: new, new: new).rows.count == 1 + Samples.profile.rows.count)
    #expect(Comparison(old: old, new: new).unmatched.count == Samples.profile.rows.count)
  }

  @Test("changes are in a table for each configuration, within 120 columns")
  func tables() {
    func report(_ milliseconds: UInt64) -> Report {
      var measurement = Samples.measurement(milliseconds: [milliseconds], profile: Samples.profile)
      measurement.profile?.rows[0].layer = "features.denseblock1.denselayer1.conv1.of.a.long.name"
      measurement.profile?.rows[0].nanoseconds = [milliseconds * 100_000_000]
      var other = Samples.measurement(milliseconds: [milliseconds])
      other.configuration.task = .prediction
      return Samples.report([measurement, other])
    }
    let summary = Comparison(old: report(1), new: report(100_000)).summary
    let lines = summary.split(separator: "\n")
    #expect(lines.contains("training of nin on dnnl, float32, 224×224, batch 128, 2 threads:"))
    #expect(lines.contains("prediction of nin on dnnl, float32, 224×224, batch 128, 2 threads:"))
    #expect(lines.count { $0.hasPrefix("the step") } == 2)
    #expect(lines.contains { $0.hasPrefix("…") && $0.contains("conv1.of.a.long.name forward") })
    for line in lines { #expect(line.count <= 120, "\(line)") }
  }

  @Test("results of different machines are marked")
  func machines() {
    let old = Samples.report([Samples.measurement(milliseconds: [10])])
    var new = old
    new.machine.processor = "another"
    #expect(Comparison(old: old, new: new).warnings.contains { $0.contains("machines differ") })
  }
}
