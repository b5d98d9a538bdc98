import Costs
import NetworkInNetwork

/// Takes the profile of a workload's steps.
struct Profiler {
  private let workload: Workload
  private let configuration: Configuration
  private let network: Network
  private let times: Profile

  init(_ workload: Workload, _ configuration: Configuration) {
    self.workload = workload
    self.configuration = configuration
    network = workload.network
    times = Profile(of: network)
  }

  /// Runs steps with the network's profile enabled.
  ///
  /// - Parameter timedSteps: Runs a function any number of times, and a second one, untimed, after each run; returns
  ///   the time of each run.
  /// - Returns: The time of the steps by layer and pass.
  /// - Throws: The errors of the steps.
  func profile(
    _ timedSteps: (_ body: () throws -> Void, _ afterEach: () -> Void) throws -> [UInt64]
  ) throws -> StepProfile {
    let reordersBefore = network.reorders
    var rows = network.layers.flatMap(layerRows) + networkRows.map(\.row)
    network.profile = times
    defer { network.profile = nil }
    let steps = try timedSteps(workload.run) { note(&rows) }
    return StepProfile(
      rows: rows, reorders: reorderRows(since: reordersBefore, steps: steps.count),
      rewrites: network.rewrites.map { RewriteRow(name: $0.name, layers: $0.layers) }, nanoseconds: steps)
  }

  // MARK: Rows

  private func layerRows(_ layer: PreparedLayer) -> [ProfileRow] {
    LayerPass.passes(of: layer).map { pass in
      let cost = PassCost(
        pass, of: layer.operation, images: configuration.batchSize, precision: configuration.precision)
      return ProfileRow(
        layer: layer.name, title: layer.operation.title, pass: pass.rawValue,
        implementation: pass.implementation(layer.requirements),
        layout: "\(layer.requirements.output)", operations: cost.operations,
        unpaddedOperations: cost.unpaddedOperations, bytes: cost.bytes,
        nanoseconds: [])
    }
  }

  private var networkRows: [(row: ProfileRow, time: () -> Duration)] {
    func allLayers(_ work: Profile.LayerWork) -> () -> Duration {
      { network.layers.reduce(.zero) { $0 + times[$1, work] } }
    }
    let prediction: [(String, () -> Duration)] = [
      ("input conversion", { times[.inputConversion] }), ("output conversion", { times[.outputReorder] }),
    ]
    let training: [(String, () -> Duration)] = [
      ("input conversion", { times[.inputConversion] }), ("output conversion", { times[.outputReorder] }),
      ("loss", { times[.loss] }),
      ("gradient accumulation", allLayers(.accumulation)),
      ("update", { times[.update] }), ("parameter repacking", allLayers(.repacking)),
    ]
    return (configuration.task == .training ? training : prediction).map { name, time in
      let row = ProfileRow(
        layer: nil, pass: name, implementation: "", layout: "", operations: 0, bytes: 0, nanoseconds: [])
      return (row, time)
    }
  }

  /// Appends the times of the last step to the rows, and resets the profile.
  private func note(_ rows: inout [ProfileRow]) {
    let layerTimes = network.layers.flatMap { layer in
      LayerPass.passes(of: layer).map { times[layer, $0.work] }
    }
    for (index, time) in (layerTimes + networkRows.map { $0.time() }).enumerated() {
      rows[index].nanoseconds.append(time.nanoseconds)
    }
    times.reset()
  }

  // MARK: Reorders

  private typealias Reorders = [(layer: String, record: ReorderRecord)]

  /// The reorders with their mean time; those of several batch sizes are added up.
  private func reorderRows(since before: Reorders, steps: Int) -> [ReorderRow] {
    var rows: [ReorderRow] = []
    for ((layer, record), earlier) in zip(network.reorders, before) {
      // Lanes reorder in parallel; one of them packs parameters for all.
      let elapsed =
        (record.elapsed - earlier.record.elapsed) / (record.isRepacking ? 1 : network.laneCount)
      let row = ReorderRow(
        layer: layer, tensor: record.tensor, pass: record.pass, bytes: record.byteCount,
        isRepacking: record.isRepacking, nanoseconds: (elapsed / max(steps, 1)).nanoseconds)
      let same = rows.firstIndex {
        ($0.layer, $0.tensor, $0.pass) == (layer, row.tensor, row.pass)
      }
      if let same {
        rows[same].nanoseconds += row.nanoseconds
      } else {
        rows.append(row)
      }
    }
    return rows
  }
}
