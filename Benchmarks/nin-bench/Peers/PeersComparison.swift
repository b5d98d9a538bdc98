import NetworkInNetwork
import Reporting

/// Ours and other frameworks, measured in turn.
struct PeersComparison {
  let folder: PeerFolder
  let tasks: [PeerTask]
  let precisions: [Precision]
  let rounds: Int
  /// Ours that take part.
  let backends: [String]
  /// Where this program is; `nin` stands beside it.
  let program: String
  let batchSize: Int
  let imageSize: Int
  let threads: Int
  let steps: Int
  /// What a process wants beside which everything is measured again; nil for none.
  var neighbour: Neighbour.Demand?

  /// Runs everything, printing each workload's table as it is done.
  ///
  /// - Parameter print: Where lines go.
  /// - Returns: All that was found.
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
        "there is nothing to compare: of \(names) none can measure these tasks in these precisions")
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
          startingNeighbour: neighbour.map { demand in { try Neighbour(demand, program: program) } }))
      report.sections.append(section)
      print("\n\(PeersTable(section))")
    }
    print("\n" + Self.legend)
    return report
  }

  private static let legend =
    "speed: how many times as fast ours is; memory: ours as a part of the peer's. Both are medians of the "
    + "rounds' ratios,\nspeed with the least and the greatest. Absolute numbers hold for one machine at one hour."

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

  /// One image takes a hundredth of a batch's time, so that more steps are needed for a steady median.
  private static let latencyRepeats = 40

  private func described(print: (String) -> Void) -> [(InstalledPeer, PeerDescription)] {
    folder.installed.compactMap { peer in
      do {
        return (peer, try peer.description())
      } catch {
        print("\(peer.name) is left out: \(error)")
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

/// Runs competitors in turn, several times, so that a machine that grows slower or faster does so for all.
struct PeerRounds {
  /// What a competitor has measured, one measurement a round.
  struct Entry {
    let competitor: any Competitor
    var measurements: [PeerMeasurement] = []
    /// What it has measured beside a neighbour, one measurement a round, if there was one.
    var beside: [BesideMeasurement] = []
  }

  private(set) var entries: [Entry]
  /// Why competitors were left out.
  private(set) var failures: [String] = []

  /// Runs them; one that fails is left out from then on.
  ///
  /// - Parameters:
  ///   - competitors: Ours and the peers.
  ///   - workload: What is measured.
  ///   - count: How many rounds.
  ///   - startingNeighbour: Starts a process beside which each is measured again; nil for none.
  init(
    _ competitors: [any Competitor], _ workload: PeerWorkload, count: Int,
    startingNeighbour: (() throws -> Neighbour)? = nil
  ) {
    entries = competitors.map { Entry(competitor: $0) }
    for _ in 0..<count { runRound(workload, startingNeighbour) }
  }

  private mutating func runRound(_ workload: PeerWorkload, _ startingNeighbour: (() throws -> Neighbour)?) {
    entries = entries.compactMap { entry in
      var entry = entry
      do {
        entry.measurements.append(try entry.competitor.measure(workload))
        if let neighbour = try startingNeighbour?() {
          entry.beside.append(try BesideMeasurement(of: entry.competitor, workload, neighbour))
        }
        return entry
      } catch {
        let setting = entry.competitor.setting.isEmpty ? "" : " (\(entry.competitor.setting))"
        failures.append("\(entry.competitor.name)\(setting) is left out: \(error)")
        return nil
      }
    }
  }
}

/// What a competitor has measured beside a neighbour.
struct BesideMeasurement: Codable {
  let measurement: PeerMeasurement
  /// What the neighbour received, from the start of the competitor's process to its end.
  let received: Neighbour.Received

  /// Measures, and ends the neighbour.
  init(of competitor: any Competitor, _ workload: PeerWorkload, _ neighbour: Neighbour) throws {
    defer { neighbour.end() }
    let start = ContinuousClock.now
    measurement = try competitor.measure(workload)
    let wanted = start.duration(to: .now) / .seconds(1) * neighbour.demand.share
    received = Neighbour.Received(
      demand: neighbour.demand, share: neighbour.cpuSeconds.map { $0 / wanted })
  }
}
