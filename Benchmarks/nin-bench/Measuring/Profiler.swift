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

  /// Runs steps with the network's profile switched on.
  ///
  /// - Parameter timedSteps: Runs a function as often as wanted, and another after each run, which is not timed;
  ///   gives the time of each run.
  /// - Returns: The time of the steps by layer and pass.
  /// - Throws: What the steps throw.
  func profile(
    _ timedSteps: (_ body: () throws -> Void, _ afterEach: () -> Void) throws -> [UInt64]
  ) throws -> StepProfile {
    let conversionsBefore = network.conversions
    var rows = network.layers.flatMap(layerRows) + networkRows.map(\.row)
    network.profile = times
    defer { network.profile = nil }
    let steps = try timedSteps(workload.run) { note(&rows) }
    return StepProfile(
      rows: rows, conversions: conversionRows(since: conversionsBefore, steps: steps.count),
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
      ("input conversion", { times[.inputConversion] }), ("output conversion", { times[.outputConversion] }),
    ]
    let training: [(String, () -> Duration)] = [
      ("input conversion", { times[.inputConversion] }), ("output conversion", { times[.outputConversion] }),
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

  /// Appends the times of the step that is over to the rows, and begins anew.
  private func note(_ rows: inout [ProfileRow]) {
    let layerTimes = network.layers.flatMap { layer in
      LayerPass.passes(of: layer).map { times[layer, $0.work] }
    }
    for (index, time) in (layerTimes + networkRows.map { $0.time() }).enumerated() {
      rows[index].nanoseconds.append(time.nanoseconds)
    }
    times.reset()
  }

  // MARK: Conversions

  private typealias Conversions = [(layer: String, conversion: LayoutConversion)]

  /// The conversions with their mean time; those of several batch sizes are added up.
  private func conversionRows(since before: Conversions, steps: Int) -> [ConversionRow] {
    var rows: [ConversionRow] = []
    for ((layer, conversion), earlier) in zip(network.conversions, before) {
      // Lanes copy side by side; one of them packs parameters for all.
      let elapsed =
        (conversion.elapsed - earlier.conversion.elapsed) / (conversion.isRepacking ? 1 : network.laneCount)
      let row = ConversionRow(
        layer: layer, tensor: conversion.tensor, pass: conversion.pass, bytes: conversion.byteCount,
        isRepacking: conversion.isRepacking, nanoseconds: (elapsed / max(steps, 1)).nanoseconds)
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
