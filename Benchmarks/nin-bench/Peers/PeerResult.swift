/// How a contender stands in one workload, and against ours.
struct PeerResult: Codable {
  /// One of ours against it.
  struct Comparison: Codable {
    /// Our backend.
    let ours: String
    /// How many times as fast ours is, over the rounds.
    let speed: Spread
    /// Our peak memory as a part of its, over the rounds.
    let memory: Spread
  }

  let name: String
  let version: String
  let setting: String
  let isOurs: Bool
  /// The seconds of a step: of each round the median.
  let seconds: Spread
  /// Bytes.
  let peakMemory: Spread
  let comparisons: [Comparison]
  /// Everything that was measured, one entry a round.
  let rounds: [PeerMeasurement]

  /// Compares a contender with ours round by round, since what disturbs a machine disturbs neighbours alike.
  ///
  /// - Parameters:
  ///   - entry: The contender, with at least one measurement.
  ///   - ours: Ours, with as many.
  init(_ entry: PeerRounds.Entry, ours: [PeerRounds.Entry]) {
    let rounds = entry.measurements
    name = entry.contender.isOurs ? entry.contender.name : rounds[0].peer
    version = rounds[0].version
    setting = entry.contender.setting
    isOurs = entry.contender.isOurs
    seconds = Spread(rounds.map(\.medianSeconds))
    peakMemory = Spread(rounds.map { Double($0.peakMemory) })
    self.rounds = rounds
    comparisons =
      entry.contender.isOurs
      ? []
      : ours.map { own in
        let pairs = zip(own.measurements, rounds)
        return Comparison(
          ours: own.contender.name, speed: Spread(pairs.map { $1.medianSeconds / $0.medianSeconds }),
          memory: Spread(pairs.map { Double($0.peakMemory) / Double($1.peakMemory) }))
      }
  }
}
