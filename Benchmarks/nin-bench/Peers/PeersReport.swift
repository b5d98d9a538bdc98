import Reporting

/// The results of a comparison, for `--json`.
struct PeersReport: Codable {
  /// The results of one workload, ours first.
  struct Section: Codable {
    let workload: PeerWorkload
    let results: [PeerResult]
    /// The reasons for skipping competitors.
    let failures: [String]

    init(_ workload: PeerWorkload, _ rounds: PeerRounds) {
      let ours = rounds.entries.filter(\.competitor.isOurs)
      self.workload = workload
      results = rounds.entries.map { PeerResult($0, ours: ours) }
      failures = rounds.failures
    }
  }

  let processor: String
  /// The peers that are not installed.
  let missing: [String]
  let rounds: Int
  var sections: [Section] = []
}

/// A competitor's results in one workload, and their comparison with ours.
struct PeerResult: Codable {
  /// A comparison with one of our backends.
  struct Comparison: Codable {
    /// Our backend.
    let ours: String
    /// The ratio of our speed to its speed, over the rounds.
    let speed: MedianRange
    /// The ratio of our peak memory to its peak memory, over the rounds.
    let memory: MedianRange
  }

  let name: String
  let version: String
  let setting: String
  let isOurs: Bool
  /// The seconds of a step, from the median of each round.
  let seconds: MedianRange
  /// The peak memory in bytes.
  let peakMemory: MedianRange
  let comparisons: [Comparison]
  /// Everything that was measured, one entry per round.
  let rounds: [PeerMeasurement]
  /// The measurements next to a neighbor, if there was one.
  let besideRounds: [BesideMeasurement]
  /// The share of the rate that remains next to the neighbor, from all steps of a round, over the rounds.
  let left: MedianRange?
  /// The CPU time that the neighbor received as a share of its demand, over the rounds.
  let received: MedianRange?

  /// Compares a competitor with ours round by round, since a disturbance of the machine affects consecutive
  /// measurements alike.
  ///
  /// - Parameters:
  ///   - entry: The competitor, with at least one measurement.
  ///   - ours: Our backends, with the same number of measurements.
  init(_ entry: PeerRounds.Entry, ours: [PeerRounds.Entry]) {
    let rounds = entry.measurements
    name = entry.competitor.isOurs ? entry.competitor.name : rounds[0].peer
    version = rounds[0].version
    setting = entry.competitor.setting
    isOurs = entry.competitor.isOurs
    seconds = MedianRange(rounds.map(\.medianSeconds))
    peakMemory = MedianRange(rounds.map { Double($0.peakMemory) })
    self.rounds = rounds
    besideRounds = entry.beside
    let shares = entry.beside.compactMap(\.received.share)
    left =
      entry.beside.isEmpty
      ? nil : MedianRange(zip(rounds, entry.beside).map { $0.meanSeconds / $1.measurement.meanSeconds })
    received = shares.isEmpty ? nil : MedianRange(shares)
    comparisons =
      entry.competitor.isOurs
      ? []
      : ours.map { own in
        let pairs = zip(own.measurements, rounds)
        return Comparison(
          ours: own.competitor.name, speed: MedianRange(pairs.map { $1.medianSeconds / $0.medianSeconds }),
          memory: MedianRange(pairs.map { Double($0.peakMemory) / Double($1.peakMemory) }))
      }
  }
}

/// The median of some numbers with their minimum and maximum.
struct MedianRange: Codable, Equatable {
  let median: Double
  let least: Double
  let greatest: Double

  /// Summarizes at least one number.
  init(_ numbers: [Double]) {
    precondition(!numbers.isEmpty, "a median is of at least one number")
    let sorted = numbers.sorted()
    let middle = sorted.count / 2
    median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    least = sorted[0]
    greatest = sorted[sorted.count - 1]
  }
}

/// A workload's results as a table.
struct PeersTable: CustomStringConvertible {
  private let section: PeersReport.Section

  init(_ section: PeersReport.Section) {
    self.section = section
  }

  var description: String {
    let ours = section.results.filter(\.isOurs).map(\.name)
    let unit = section.workload.task.isLatency ? "ms" : "images/s"
    let ratios = ours.flatMap { ["\($0): speed", "memory"] }
    let beside = section.results.contains { $0.left != nil } ? ["% left", "received"] : []
    var table = ColumnTable(
      ["", "version", "setting", unit, "memory, MB"] + ratios + beside,
      alignment: [.left, .left, .left, .right, .right] + (ratios + beside).map { _ in .right })
    for result in section.results {
      table.add(
        [result.name, result.version, result.setting, rate(result), megabytes(result.peakMemory.median)]
          + ratioCells(result, count: ratios.count) + (beside.isEmpty ? [] : besideCells(result)))
    }
    return ([section.workload.title, "\(table)"] + section.failures).joined(separator: "\n")
  }

  private func rate(_ result: PeerResult) -> String {
    let seconds = result.seconds.median
    guard !section.workload.task.isLatency else { return decimal(seconds * 1000, places: 1) }
    return decimal(Double(section.workload.batchSize) / seconds, places: 1)
  }

  private func besideCells(_ result: PeerResult) -> [String] {
    let left = result.left.map { range in
      [range.median, range.least, range.greatest].map { decimal(100 * $0, places: 0) }
    }
    return [
      left.map { "\($0[0]) (\($0[1])–\($0[2]))" } ?? "–",
      result.received.map { "\(decimal(100 * $0.median, places: 0)) %" } ?? "–",
    ]
  }

  private func megabytes(_ bytes: Double) -> String { decimal(bytes / 1e6, places: 0) }

  private func ratioCells(_ result: PeerResult, count: Int) -> [String] {
    guard !result.isOurs else { return Array(repeating: "", count: count) }
    return result.comparisons.flatMap { comparison in
      [
        "\(decimal(comparison.speed.median, places: 2)) × (\(decimal(comparison.speed.least, places: 2))–"
          + "\(decimal(comparison.speed.greatest, places: 2)))",
        "\(decimal(comparison.memory.median, places: 2)) ×",
      ]
    }
  }
}
