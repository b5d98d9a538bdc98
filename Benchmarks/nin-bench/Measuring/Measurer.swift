import NetworkInNetwork

/// Measures one configuration in this process.
struct Measurer {
  let configuration: Configuration
  let effort: Effort

  func measure() throws -> Measurement {
    let workload = try Workload(configuration)
    let network = workload.network
    let warmUpStart = ContinuousClock.now
    repeat { try workload.run() } while warmUpStart.duration(to: .now) < effort.warmUp
    let steps = try timedSteps(workload.run) {}
    let peakMemory = PeakMemory.byteCount
    let allocations = try AllocationCount.counted(workload.run)
    let information = network.backend.information
    return Measurement(
      configuration: configuration, library: information.library,
      instructionSet: information.instructionSet, microBatch: network.microBatch,
      operations: network.layers.reduce(0) { $0 + operations(of: $1) }, nanoseconds: steps,
      peakMemory: peakMemory, heldMemory: network.memory.total, allocations: allocations,
      profile: try effort.isProfiled ? Profiler(workload, configuration).profile(timedSteps) : nil)
  }

  private func timedSteps(_ body: () throws -> Void, afterEach: () -> Void) throws -> [UInt64] {
    var steps: [UInt64] = []
    let start = ContinuousClock.now
    while !effort.isEnough(steps: steps.count, elapsed: start.duration(to: .now)) {
      steps.append(try nanoseconds(body))
      afterEach()
    }
    return steps
  }

  /// Operations of a layer for the whole batch, all passes together.
  private func operations(of layer: PreparedLayer) -> Int {
    LayerPass.passes(of: layer).reduce(0) {
      $0 + Cost($1, of: layer.operation, images: configuration.batchSize).operations
    }
  }
}
