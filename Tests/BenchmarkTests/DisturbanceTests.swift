import Testing

@testable import nin_bench

@Suite("Disturbances of a measurement")
struct DisturbanceTests {
  private static func stat(busy: Int, stolen: Int) -> String {
    """
    cpu  \(busy) 0 0 5000 10 0 0 \(stolen) 7 0
    cpu0 1 0 0 2500 5 0 0 0 7 0
    cpu1 1 0 0 2500 5 0 0 0 0 0
    intr 12345 0 0
    ctxt 678
    """
  }

  /// Ten seconds on two processors with 100 ticks a second, from ticks that are not zero.
  private func judged(
    busy: Int, own: Double, neighbor: Double = 0, stolen: Int = 0, steps: [UInt64] = [100, 100, 101]
  ) throws -> Disturbance {
    let before = try #require(ProcessorTimes(stat: Self.stat(busy: 700, stolen: 30)))
    let after = try #require(ProcessorTimes(stat: Self.stat(busy: 700 + busy, stolen: 30 + stolen)))
    return DisturbanceWatch.Interval(
      before: .init(times: before, own: 1, neighbor: 2, elapsed: 0),
      after: .init(times: after, own: 1 + own, neighbor: 2 + neighbor, elapsed: 10), ticksPerSecond: 100
    ).disturbance(of: steps)
  }

  @Test("/proc/stat: idling and waiting are not busy, and guests are not counted twice")
  func reading() throws {
    let times = try #require(
      ProcessorTimes(stat: "cpu  1 2 4 1000 2000 8 16 32 64 128\ncpu0 1 2 4 1000 2000 8 16 32 64 128\n"))
    #expect(times.processors == 1 && times.busy == 31 && times.stolen == 32)
  }

  @Test(
    "other contents give nothing",
    arguments: [
      "", "cpu", "cpu  1 2 3", "cpu  1 2 3 4 5 6 7 x", "cpu  1 2 3 4 5 6 7 -8\ncpu0 1",
      "cpu0 1 2 3 4 5 6 7 8",
    ])
  func damage(text: String) {
    #expect(ProcessorTimes(stat: text) == nil)
  }

  @Test("a run that had both processors to itself is undisturbed")
  func quiet() throws {
    #expect(try judged(busy: 2000, own: 19.9).reasons.isEmpty)
  }

  @Test("a neighbor of half a processor, a hypervisor and a wide spread are each reported")
  func loud() throws {
    // 500 of 2000 ticks, minus the possible error of one tick per processor.
    let neighbor = try judged(busy: 2000, own: 15)
    #expect(abs((neighbor.others ?? 0) - 0.249) < 1e-9)
    #expect(neighbor.reasons == ["other processes took 25 % of the CPU time"])
    #expect(
      try judged(busy: 1800, own: 18, stolen: 202).reasons
        == ["steal took 10 % of the CPU time"])
    #expect(
      try judged(busy: 1800, own: 18, steps: [100, 100, 200]).reasons
        == ["the 10–90 % range is 100 % of the median"])
  }

  @Test("an intended neighbor is not a disturbance")
  func wanted() throws {
    #expect(try judged(busy: 2000, own: 15, neighbor: 4.9).reasons.isEmpty)
  }

  @Test("if the system reports nothing, only the spread is judged")
  func unknown() {
    let reading = DisturbanceWatch.Reading(times: nil, own: 0, elapsed: 0)
    let disturbance = DisturbanceWatch.Interval(before: reading, after: reading).disturbance(of: [100, 100])
    #expect(disturbance.others == nil && disturbance.stolen == nil && !disturbance.isDisturbed)
  }

  @Test("a disturbed measurement is repeated until one is undisturbed, or else the least disturbed counts")
  func retries() {
    struct Outcome: Equatable {
      var others: Double?
      var calls: Int
      var attempts: Int?
    }
    func run(_ others: [Double], retries: Int) -> Outcome {
      var calls = 0
      let result = Measurement.undisturbed(retries: retries) {
        defer { calls += 1 }
        return Samples.measurement(
          milliseconds: [10], disturbance: Disturbance(stolen: 0, others: others[calls], spread: 0))
      }
      return Outcome(others: result.disturbance?.others, calls: calls, attempts: result.attempts)
    }
    #expect(run([0.5, 0], retries: 0) == Outcome(others: 0.5, calls: 1, attempts: nil))
    #expect(run([0, 0.5], retries: 3) == Outcome(others: 0, calls: 1, attempts: nil))
    #expect(run([0.5, 0.4, 0, 0.6], retries: 3) == Outcome(others: 0, calls: 3, attempts: 3))
    #expect(run([0.5, 0.3, 0.4], retries: 2) == Outcome(others: 0.3, calls: 3, attempts: 3))
  }
}
