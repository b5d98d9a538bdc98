/// All that a comparison has found, for `--json`.
struct PeersReport: Codable {
  /// One workload's results, ours first.
  struct Section: Codable {
    let workload: PeerWorkload
    let results: [PeerResult]
    /// Why contenders were left out.
    let failures: [String]

    init(_ workload: PeerWorkload, _ rounds: PeerRounds) {
      let ours = rounds.entries.filter(\.contender.isOurs)
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
