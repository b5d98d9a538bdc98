#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A peer in one setting, run by its script.
struct ScriptContender: Contender {
  let name: String
  let setting: String
  let peer: InstalledPeer
  let isOurs = false

  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement {
    let outcome = try PeerProcess.run(
      peer.python,
      [peer.script] + workload.arguments + ["--setting", setting, "--started-at", "\(Self.monotonicSeconds)"])
    return try PeerMeasurement(output: outcome.output)
  }

  /// The clock that Python's `time.monotonic` reads as well.
  private static var monotonicSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
