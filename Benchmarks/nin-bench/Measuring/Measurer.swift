import AllocationCounting
import Costs
import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Measures one configuration in this process.
struct Measurer {
  let configuration: Configuration
  let budget: StepBudget
  /// The demand of a process next to it; nil for none.
  var neighbor: Neighbor.Demand?

  func measure() throws -> Measurement {
    let workload = try Workload(configuration)
    let network = workload.network
    let neighbor = try neighbor.map { try Neighbor($0, program: try ChildMeasurement.ownProgram()) }
    defer { neighbor?.end() }
    let warmUpStart = ContinuousClock.now
    repeat { try workload.run() } while warmUpStart.duration(to: .now) < budget.warmUp
    let watch = DisturbanceWatch(beside: neighbor)
    let steps = try timedSteps(workload.run) {}
    let seen = watch.stop()
    let received = neighbor.map { seen.received(by: $0) }
    neighbor?.end()
    let peakMemory = PeakMemory.byteCount
    let allocations = try AllocationCount.counted(workload.run)
    let information = network.backend.information
    return Measurement(
      configuration: configuration, library: information.library,
      instructionSet: information.instructionSet, microBatch: network.microBatch,
      operations: total(\.operations, of: network),
      unpaddedOperations: total(\.unpaddedOperations, of: network),
      nanoseconds: steps,
      peakMemory: peakMemory, heldMemory: network.memory.total, allocations: allocations,
      profile: try budget.isProfiled ? Profiler(workload, configuration).profile(timedSteps) : nil,
      disturbance: seen.disturbance(of: steps), cpuSeconds: seen.ownSeconds, neighbor: received)
  }

  private func timedSteps(_ body: () throws -> Void, afterEach: () -> Void) throws -> [UInt64] {
    var steps: [UInt64] = []
    let start = ContinuousClock.now
    while !budget.isEnough(steps: steps.count, elapsed: start.duration(to: .now)) {
      steps.append(try nanoseconds(body))
      afterEach()
    }
    return steps
  }

  /// Operations of all layers and passes for the whole batch.
  private func total(_ count: KeyPath<PassCost, Int>, of network: Network) -> Int {
    network.layers.reduce(0) { sum, layer in
      LayerPass.passes(of: layer).reduce(sum) {
        $0 + PassCost($1, of: layer.operation, images: configuration.batchSize)[keyPath: count]
      }
    }
  }
}

/// A prepared network with images, ready to run steps.
final class Workload {
  let network: Network
  private let configuration: Configuration
  private let images: [Float]
  private let labels: [Int32]
  private var logits: [Float]
  private let rule = GradientDescentRule(learningRate: 0.05)
  private var step = 0

  /// Prepares the network.
  ///
  /// The images are random numbers of the real shape: neither reading nor resizing is measured.
  init(_ configuration: Configuration) throws {
    self.configuration = configuration
    guard let name = ModelCatalog(rawValue: configuration.model) else {
      throw BenchmarkError("unknown model \(configuration.model.quoted)")
    }
    let backend = try BackendRegistry.backend(
      named: configuration.backend, options: BackendOptions(threads: ThreadPool(count: configuration.threads))
    )
    let size = configuration.imageSize
    let (channels, classes) = (name.defaultChannels, name.defaultClasses)
    let choice = configuration.design.map(ModelChoice.init) ?? ModelChoice(name)
    network = try Network(
      choice.model(classes: classes), image: [channels, size, size], backend: backend,
      options: NetworkOptions(
        batchSizes: [configuration.batchSize], precision: configuration.precision,
        isTraining: configuration.task == .training, microBatch: configuration.microBatch,
        convolutions: configuration.convolutions ?? .direct))
    try network.initialize(seed: 0)
    var generator = PhiloxGenerator(seed: 0, purpose: .testData, index: 0)
    images = (0..<configuration.batchSize * channels * size * size).map { _ in Float(generator.nextUniform())
    }
    logits = Array(repeating: 0, count: network.outputShape(configuration.batchSize).elementCount)
    labels = (0..<configuration.batchSize).map { Int32($0 % classes) }
  }

  /// Runs one step of the task.
  func run() throws {
    try images.withUnsafeBufferPointer { pixels in
      guard let first = pixels.baseAddress else { return }
      switch configuration.task {
      case .training: try train(.floats(first))
      case .prediction: try predict(.floats(first))
      }
    }
  }

  private func predict(_ pixels: Pixels) throws {
    try logits.withUnsafeMutableBufferPointer {
      try network.predict(pixels, count: configuration.batchSize, into: $0)
    }
  }

  private func train(_ pixels: Pixels) throws {
    try labels.withUnsafeBufferPointer { labels in
      _ = try network.computeGradients(
        pixels, labels: labels, context: RunContext(isTraining: true, seed: 0, step: step))
    }
    try network.update(rule)
    step += 1
  }
}

/// The time of a function in nanoseconds, at least 1.
func nanoseconds(_ body: () throws -> Void) rethrows -> UInt64 {
  try ContinuousClock().measure(body).nanoseconds
}

extension Duration {
  /// Whole nanoseconds, at least 1, so that no work takes zero time.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    return UInt64(max(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, 1))
  }
}

/// The largest resident memory of this process so far.
enum PeakMemory {
  /// Bytes, from the line `VmHWM` of Linux's /proc/self/status; nil on other systems.
  ///
  /// `getrusage` is unsuitable: on Linux its figure survives `exec`, so a small process would inherit the peak of a
  /// large parent.
  static var byteCount: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kibibytes << 10
  }
}

/// Heap allocations of a step.
struct AllocationCount: Codable, Equatable, Sendable {
  /// Allocations of this package's code, and of Swift's runtime on its behalf.
  var ours: Int
  /// Allocations inside the backend's library.
  var theirs: Int

  /// Runs a step and counts what it allocates.
  ///
  /// - Parameter step: The step; it is always run once.
  /// - Returns: The counts; nil if the build cannot count.
  /// - Throws: The errors of the step.
  static func counted(_ step: () throws -> Void) rethrows -> AllocationCount? {
    let counts = try AllocationCounter.counts(step)
    guard AllocationCounter.isSupported else { return nil }
    return AllocationCount(ours: counts.ours.calls, theirs: counts.theirs.calls)
  }
}
