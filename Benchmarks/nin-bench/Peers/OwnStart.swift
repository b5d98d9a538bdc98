import NetworkInNetwork

/// `nin predict` from a checkpoint on disk, from before it is started until it has ended.
struct OwnStart: Contender {
  let backend: String
  /// Where the command `nin` is.
  let program: String
  let files: PredictionFiles
  let isOurs = true

  var name: String { backend }
  var setting: String { "nin predict, to its end" }

  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement {
    let arguments = [
      "--backend", backend, "--threads", "\(workload.threads)", "predict",
      "--checkpoint", files.checkpoint, "--input", files.input, "--output", files.output,
    ]
    let clock = ContinuousClock()
    let began = clock.now
    let outcome = try PeerProcess.run(program, arguments)
    return PeerMeasurement(
      peer: backend, version: "", setting: setting, seconds: [(clock.now - began) / .seconds(1)],
      peakMemory: outcome.peakMemory)
  }
}
