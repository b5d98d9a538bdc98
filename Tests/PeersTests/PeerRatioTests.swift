import Testing

@testable import nin_bench

/// The comparison with a peer.
struct PeerRatioTests {
  @Test func medianIsInTheMiddle() {
    #expect(MedianRange([3, 1, 2]).median == 2)
    #expect(MedianRange([4, 1, 2, 3]).median == 2.5)
    #expect(MedianRange([5]).least == 5 && MedianRange([5]).greatest == 5)
  }

  /// The machine becomes three times slower from round to round; the ratios do not change.
  @Test func ratiosAreTakenWithinARound() {
    let ours = FakeCompetitor(name: "dnnl", isOurs: true, seconds: [1, 3, 9], peakMemory: 100)
    let peer = FakeCompetitor(name: "P", isOurs: false, seconds: [2, 6, 27], peakMemory: 400)
    let section = PeersReport.Section(
      workload(.training), PeerRounds([ours, peer], workload(.training), count: 3))
    let comparisons = section.results[1].comparisons
    #expect(section.results[0].comparisons.isEmpty)
    #expect(comparisons.map(\.ours) == ["dnnl"])
    #expect(comparisons[0].speed == MedianRange([2, 2, 3]))
    #expect(comparisons[0].memory.median == 0.25)
    let table = PeersTable(section).description
    #expect(table.contains("2.00 × (2.00–3.00)"))
    #expect(table.contains("0.25 ×"))
    #expect(table.contains("1.3"), "4 images in 3 s")
  }

  @Test func shareNextToANeighborIsOfAllSteps() throws {
    // Alone and next to the neighbor in turn.
    let peer = FakeCompetitor(name: "P", isOurs: false, seconds: [1, 2, 3, 4])
    let neighbors = Log()
    let rounds = PeerRounds([peer], workload(.training), count: 2) {
      neighbors.names.append("started")
      return try Neighbor(.half, program: "/bin/cat")
    }
    #expect(neighbors.names.count == 2)
    let section = PeersReport.Section(workload(.training), rounds)
    #expect(section.results[0].left == MedianRange([0.5, 0.75]))
    #expect(section.results[0].besideRounds.count == 2)
    #expect(PeersTable(section).description.contains("(50–75)"))
  }

  @Test func competitorsTakeTurns() {
    let log = Log()
    let competitors = ["a", "b"].map { FakeCompetitor(name: $0, isOurs: false, seconds: [1, 1], log: log) }
    _ = PeerRounds(competitors, workload(.latency), count: 2)
    #expect(log.names == ["a", "b", "a", "b"])
  }

  @Test func failingCompetitorIsOmittedWithItsReason() {
    let ours = FakeCompetitor(name: "dnnl", isOurs: true, seconds: [1, 1])
    let peer = FakeCompetitor(name: "P", isOurs: false, seconds: [1])
    let section = PeersReport.Section(
      workload(.training), PeerRounds([ours, peer], workload(.training), count: 2))
    #expect(section.results.map(\.name) == ["dnnl"])
    #expect(section.failures == ["P is skipped: no more"])
  }
}

/// The names of the competitors that measured, in order.
final class Log {
  var names: [String] = []
}

/// Returns the given times, one per round, and then fails.
final class FakeCompetitor: Competitor {
  let name: String
  let setting = ""
  let isOurs: Bool
  private var seconds: [Double]
  private let peakMemory: Int
  private let log: Log?

  init(name: String, isOurs: Bool, seconds: [Double], peakMemory: Int = 1, log: Log? = nil) {
    self.name = name
    self.isOurs = isOurs
    self.seconds = seconds
    self.peakMemory = peakMemory
    self.log = log
  }

  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement {
    guard !seconds.isEmpty else { throw BenchmarkError("no more") }
    log?.names.append(name)
    return PeerMeasurement(
      peer: name, version: "1", setting: "", seconds: [seconds.removeFirst()], peakMemory: peakMemory)
  }
}
