/// Runs contenders in turn, several times, so that a machine that grows slower or faster does so for all.
struct PeerRounds {
  /// What a contender has measured, one measurement a round.
  struct Entry {
    let contender: any Contender
    var measurements: [PeerMeasurement] = []
  }

  private(set) var entries: [Entry]
  /// Why contenders were left out.
  private(set) var failures: [String] = []

  /// Runs them; one that fails is left out from then on.
  ///
  /// - Parameters:
  ///   - contenders: Ours and the peers.
  ///   - workload: What is measured.
  ///   - count: How many rounds.
  init(_ contenders: [any Contender], _ workload: PeerWorkload, count: Int) {
    entries = contenders.map { Entry(contender: $0) }
    for _ in 0..<count { runRound(workload) }
  }

  private mutating func runRound(_ workload: PeerWorkload) {
    entries = entries.compactMap { entry in
      var entry = entry
      do {
        entry.measurements.append(try entry.contender.measure(workload))
        return entry
      } catch {
        let setting = entry.contender.setting.isEmpty ? "" : " (\(entry.contender.setting))"
        failures.append("\(entry.contender.name)\(setting) is left out: \(error)")
        return nil
      }
    }
  }
}
