import MachineLimits
import NetworkInNetwork

@testable import nin_bench

/// Measurements that were never made, with known numbers.
enum Samples {
  static let configuration = Configuration(
    task: .training, backend: "dnnl", precision: .float32, model: "nin", imageSize: 224, batchSize: 128,
    microBatch: nil, threads: 2)

  static func measurement(
    milliseconds: [UInt64], threads: Int = 2, profile: StepProfile? = nil, disturbance: Disturbance? = nil
  )
    -> Measurement
  {
    var configuration = configuration
    configuration.threads = threads
    return Measurement(
      configuration: configuration, library: "oneDNN 2.6.3", instructionSet: "AVX2", microBatch: 16,
      operations: 1_000_000_000, unpaddedOperations: 900_000_000,
      nanoseconds: milliseconds.map { $0 * 1_000_000 }, peakMemory: 1 << 20,
      heldMemory: 1 << 19, allocations: nil, profile: profile, disturbance: disturbance)
  }

  static func report(_ measurements: [Measurement]) -> Report {
    Report(
      isDebugBuild: false,
      machine: Machine(
        processor: "A <fast> & good CPU", processors: 2, instructionSets: "avx2 fma", memory: 1 << 34,
        libraries: ["dnnl: oneDNN 2.6.3, AVX2"]),
      ceilings: [
        Ceilings(threads: 1, float32: 1e11, bfloat16: nil, readBandwidth: 1e10, triadBandwidth: 9e9),
        Ceilings(threads: 2, float32: 2e11, bfloat16: nil, readBandwidth: 2e10, triadBandwidth: 1e10),
      ], measurements: measurements)
  }

  static let profile = StepProfile(
    rows: [
      row("net.0.0", "forward", operations: 4_000_000, milliseconds: 2),
      row("net.0.0", "weight gradient", operations: 4_000_000, milliseconds: 3),
      row("net.1", "forward", operations: 0, milliseconds: 1),
      row(nil, "update", operations: 0, milliseconds: 1),
    ],
    reorders: [
      ReorderRow(
        layer: "net.0.0", tensor: "weight", pass: "input gradient", bytes: 4096, isRepacking: true,
        nanoseconds: 500_000)
    ], rewrites: [RewriteRow(name: "fuse ReLU into convolution", layers: ["net.0.0", "net.0.1"])],
    nanoseconds: [8_000_000, 8_000_000])

  private static func row(
    _ layer: String?, _ pass: String, operations: Int, milliseconds: UInt64
  ) -> ProfileRow {
    ProfileRow(
      layer: layer, title: "conv 3×3, 1→4", pass: pass, implementation: "loops", layout: "plain",
      operations: operations,
      bytes: 1_000_000, nanoseconds: [milliseconds * 1_000_000, milliseconds * 1_000_000])
  }
}
