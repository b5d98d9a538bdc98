import NetworkInNetwork
import Reporting

/// Our backends and other frameworks, measured in turn.
struct PeersComparison {
  let folder: PeerFolder
  let tasks: [PeerTask]
  let precisions: [Precision]
  let rounds: Int
  /// Our backends that take part.
  let backends: [String]
  /// The path of this program; `nin` is next to it.
  let program: String
  let batchSize: Int
  let imageSize: Int
  let threads: Int
  let steps: Int
  /// The demand of a process next to which everything is measured again; nil for none.
  var neighbor: Neighbor.Demand?

  /// Runs all workloads, printing each table as soon as it is complete.
  ///
  /// - Parameter print: Receives each line.
  /// - Returns: The results.
  /// - Throws: ``BenchmarkError`` if no peer can be compared, or no files for a prediction can be written.
  func run(print: (String) -> Void) throws -> PeersReport {
    if let advice = folder.advice { print(advice) }
    var report = PeersReport(
      processor: Processor.name, missing: folder.missing, rounds: rounds, sections: [])
    let peers = described(print: print)
    let workloads = self.workloads.filter { workload in
      peers.contains { !$0.1.settings(for: workload).isEmpty }
    }
    guard !workloads.isEmpty else {
      let names = folder.installed.map(\.name).joined(separator: ", ")
      throw BenchmarkError(
        "nothing to compare: none of \(names) can measure these tasks in these precisions")
    }
    let files = tasks.contains(.start) ? try PredictionFiles(imageSize: imageSize) : nil
    defer { files?.remove() }
    for workload in workloads {
      var competitors = ours(workload, files)
      for (peer, description) in peers {
        competitors += description.settings(for: workload).map {
          ScriptCompetitor(name: description.peer, setting: $0, peer: peer)
        }
      }
      let section = PeersReport.Section(
        workload,
        PeerRounds(
          competitors, workload, count: rounds,
          startingNeighbor: neighbor.map { demand in { try Neighbor(demand, program: program) } }))
      report.sections.append(section)
      print("\n\(PeersTable(section))")
    }
    print("\n" + Self.legend)
    return report
  }

  private static let legend =
    "speed: nin's speed divided by the peer's; memory: nin's memory divided by the peer's. Both are medians over the "
    + "rounds,\nspeed with minimum and maximum. Absolute numbers are valid for one machine at one time."

  private var workloads: [PeerWorkload] {
    precisions.flatMap { precision in
      tasks.filter { $0 != .start || precision == .float32 }.map { workload($0, precision) }
    }
  }

  private func workload(_ task: PeerTask, _ precision: Precision) -> PeerWorkload {
    PeerWorkload(
      task: task, precision: precision, batchSize: task.isLatency ? 1 : batchSize, imageSize: imageSize,
      threads: threads, steps: task == .latency ? steps * Self.latencyRepeats : steps)
  }

  /// One image takes a hundredth of the time of a batch, so more steps are needed for a stable median.
  private static let latencyRepeats = 40

  private func described(print: (String) -> Void) -> [(InstalledPeer, PeerDescription)] {
    folder.installed.compactMap { peer in
      do {
        return (peer, try peer.description())
      } catch {
        print("\(peer.name) is skipped: \(error)")
        return nil
      }
    }
  }

  private func ours(_ workload: PeerWorkload, _ files: PredictionFiles?) -> [any Competitor] {
    guard workload.task == .start, let files else {
      return backends.map { OwnCompetitor(backend: $0, program: program) }
    }
    let nin =
      program.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      + "/nin"
    return backends.map { OwnStart(backend: $0, program: nin, files: files) }
  }
}

/// Runs competitors in turn, several times, so that a change in the machine's speed affects all.
struct PeerRounds {
  /// A competitor's measurements, one per round.
  struct Entry {
    let competitor: any Competitor
    var measurements: [PeerMeasurement] = []
    /// Its measurements next to a neighbor, one per round, if there was one.
    var beside: [BesideMeasurement] = []
  }

  private(set) var entries: [Entry]
  /// The reasons for skipping competitors.
  private(set) var failures: [String] = []

  /// Runs them; one that fails is skipped from then on.
  ///
  /// - Parameters:
  ///   - competitors: Our backends and the peers.
  ///   - workload: The workload.
  ///   - count: The number of rounds.
  ///   - startingNeighbor: Starts a process next to which each is measured again; nil for none.
  init(
    _ competitors: [any Competitor], _ workload: PeerWorkload, count: Int,
    startingNeighbor: (() throws -> Neighbor)? = nil
  ) {
    entries = competitors.map { Entry(competitor: $0) }
    for _ in 0..<count { runRound(workload, startingNeighbor) }
  }

  private mutating func runRound(_ workload: PeerWorkload, _ startingNeighbor: (() throws -> Neighbor)?) {
    entries = entries.compactMap { entry in
      var entry = entry
      do {
        entry.measurements.append(try entry.competitor.measure(workload))
        if let neighbor = try startingNeighbor?() {
          entry.beside.append(try BesideMeasurement(of: entry.competitor, workload, neighbor))
        }
        return entry
      } catch {
        let setting = entry.competitor.setting.isEmpty ? "" : " (\(entry.competitor.setting))"
        failures.append("\(entry.competitor.name)\(setting) is skipped: \(error)")
        return nil
      }
    }
  }
}

/// A competitor's measurement next to a neighbor.
struct BesideMeasurement: Codable {
  let measurement: PeerMeasurement
  /// The CPU time that the neighbor received, from the start of the competitor's process to its end.
  let received: Neighbor.Received

  /// Measures, and ends the neighbor.
  init(of competitor: any Competitor, _ workload: PeerWorkload, _ neighbor: Neighbor) throws {
    defer { neighbor.end() }
    let start = ContinuousClock.now
    measurement = try competitor.measure(workload)
    let wanted = start.duration(to: .now) / .seconds(1) * neighbor.demand.share
    received = Neighbor.Received(
      demand: neighbor.demand, share: neighbor.cpuSeconds.map { $0 / wanted })
  }
}
