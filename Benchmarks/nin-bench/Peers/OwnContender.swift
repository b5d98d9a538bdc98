import NetworkInNetwork

/// One of our backends, run by this program in a process of its own.
struct OwnContender: Contender {
  let backend: String
  /// Where this program is.
  let program: String
  let isOurs = true

  var name: String { backend }
  var setting: String { "" }

  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement {
    let configuration = Configuration(
      task: workload.task == .training ? .training : .prediction, backend: backend,
      precision: workload.precision, model: ModelCatalogue.nin.rawValue, imageSize: workload.imageSize,
      batchSize: workload.batchSize, threads: workload.threads)
    let effort = Effort(steps: workload.steps, seconds: 0, isProfiled: false)
    let measured = try ChildMeasurement.run(configuration, effort, program: program)
    guard let peakMemory = measured.peakMemory else {
      throw PeerError("this system does not tell how much memory a process has used")
    }
    return PeerMeasurement(
      peer: backend, version: measured.library, setting: setting,
      seconds: measured.nanoseconds.map { Double($0) / 1e9 }, peakMemory: peakMemory)
  }
}
