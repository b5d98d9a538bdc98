import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A framework in one setting, or one of our backends, which a comparison runs in turn.
///
/// Each measurement is a separate process, so that none is affected by another's threads, memory or caches.
protocol Competitor {
  var name: String { get }
  var setting: String { get }
  /// Whether it is one of our backends, with which the others are compared.
  var isOurs: Bool { get }

  /// Measures once.
  ///
  /// - Throws: ``BenchmarkError`` with the reason if it cannot.
  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement
}

/// A peer in one setting, run by its script.
struct ScriptCompetitor: Competitor {
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

  /// The time of the clock that Python's `time.monotonic` reads too.
  private static var monotonicSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// One of our backends, run by this program in a separate process.
struct OwnCompetitor: Competitor {
  let backend: String
  /// The path of this program.
  let program: String
  let isOurs = true

  var name: String { backend }
  var setting: String { "" }

  func measure(_ workload: PeerWorkload) throws -> PeerMeasurement {
    let configuration = Configuration(
      task: workload.task == .training ? .training : .prediction, backend: backend,
      precision: workload.precision, model: ModelCatalog.nin.rawValue, imageSize: workload.imageSize,
      batchSize: workload.batchSize, convolutions: .automatic, threads: workload.threads)
    let budget = StepBudget(steps: workload.steps, seconds: 0, isProfiled: false)
    let measured = try ChildMeasurement.run(configuration, budget, program: program)
    guard let peakMemory = measured.peakMemory else {
      throw BenchmarkError("this system does not report how much memory a process has used")
    }
    return PeerMeasurement(
      peer: backend, version: measured.library, setting: setting,
      seconds: measured.nanoseconds.map { Double($0) / 1e9 }, peakMemory: peakMemory)
  }
}

/// `nin predict` with a checkpoint on disk, timed from before it starts until it has ended.
struct OwnStart: Competitor {
  let backend: String
  /// The path of the command `nin`.
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

/// An untrained checkpoint of NiN and an image for it, in a temporary folder.
struct PredictionFiles {
  private let folder: URL

  var checkpoint: String { path("checkpoint.safetensors") }
  var input: String { path("x.npy") }
  var output: String { path("y.npy") }

  /// Writes them.
  ///
  /// - Parameter imageSize: Height and width of the image.
  /// - Throws: The reason why they cannot be written.
  init(imageSize: Int) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("nin-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let image: Shape = [1, imageSize, imageSize]
    let model = NiN(classes: 10)
    let network = try Network(model, image: image, backend: Reference())
    try network.initialize(seed: 0)
    let description = CheckpointDescription(
      model: model, image: image, classNames: FashionMNIST.classNames, normalization: .none)
    try Checkpoint.write(network, description: description, to: checkpoint)
    try NPY.write(Tensor<Float>(shape: image.batched(1), repeating: 0.5), to: input)
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}
