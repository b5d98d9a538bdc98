import Costs
import NetworkInNetwork

/// The times of one pass of a single layer.
struct LayerMeasurement {
  let pass: LayerPass
  let cost: PassCost
  let implementation: String
  /// The time of each step, in nanoseconds.
  let times: [UInt64]
  let disturbance: Disturbance

  /// Runs the passes of a layer in turn, as steps of training do, and times each.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - budget: The number of steps, or the time.
  /// - Returns: A measurement for each pass.
  /// - Throws: The errors of the backend.
  static func rows(of layer: LoneLayer, _ budget: StepBudget) throws -> [LayerMeasurement] {
    let warmUpStart = ContinuousClock.now
    repeat {
      for pass in layer.passes { try layer.run(pass) }
    } while warmUpStart.duration(to: .now) < budget.warmUp
    var times = Array(repeating: [UInt64](), count: layer.passes.count)
    let watch = DisturbanceWatch()
    let start = ContinuousClock.now
    while !budget.isEnough(steps: times[0].count, elapsed: start.duration(to: .now)) {
      for (index, pass) in layer.passes.enumerated() {
        times[index].append(try nanoseconds { try layer.run(pass) })
      }
    }
    let seen = watch.stop()
    return layer.passes.indices.map { index in
      let pass = layer.passes[index]
      return LayerMeasurement(
        pass: pass,
        cost: PassCost(
          pass, of: layer.operation, images: layer.operation.inputShape[0], precision: layer.precision),
        implementation: pass.implementation(layer.requirements), times: times[index],
        disturbance: seen.disturbance(of: times[index]))
    }
  }
}
