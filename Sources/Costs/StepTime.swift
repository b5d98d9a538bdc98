import Backends
import MachineLimits
import Networks
import Operations

/// The predicted time of a network for a batch, from measurements of the machine.
///
/// The network is not run. On the CPU that the constants were measured on, predictions for the chapter's networks are
/// within 30 % of the measured times; on other CPUs they are a guide. Other load on the machine is not considered.
package struct StepTime: Sendable, Equatable {
  /// Seconds of the forward passes.
  package let forward: Double
  /// Seconds of the backward passes; 0 in prediction.
  package let backward: Double
  /// Seconds for adding up the gradients of parts, for the optimizer's step, and for packing parameters; 0 in
  /// prediction.
  package let update: Double

  /// Seconds in total.
  package var total: Double { forward + backward + update }

  /// Predicts the time of a network's usual batch.
  ///
  /// It is nil if the peak of the network's precision was not measured.
  ///
  /// - Parameters:
  ///   - network: The network, prepared for training or for prediction.
  ///   - ceilings: The measurements for the backend's number of threads.
  package init?(of network: Network, on ceilings: Ceilings) {
    let precision = network.options.precision
    guard let float32 = ceilings.float32, let peak = ceilings.peak(precision) else { return nil }
    let plan = network.batchPlan
    let threads = Double(ceilings.threads)
    // A lane is one thread, or all of them.
    let share = plan.isWide ? 1 : 1 / threads
    let passes = PassTime(
      speed: network.backend.speed, peak: peak * share, float32Peak: float32 * share,
      bandwidth: ceilings.bandwidth / Double(plan.lanes))
    let rounds = Double((plan.parts + plan.lanes - 1) / plan.lanes)

    var (forward, backward, gradients) = (0.0, 0.0, 0.0)
    var ofWholeBatch: [Double] = []
    for layer in network.layers {
      func seconds(_ pass: LayerPass, images: Int) -> Double {
        passes.seconds(pass, of: layer, images: images, precision)
      }
      forward += rounds * seconds(.forward, images: plan.partSize)
      guard network.options.isTraining else { continue }
      for pass in LayerPass.passes(of: layer) where pass != .forward {
        if pass == .weightGradient, network.isGradientOfWholeBatch(layer) {
          ofWholeBatch.append(seconds(pass, images: plan.images))
        } else {
          backward += rounds * seconds(pass, images: plan.partSize)
        }
      }
      if layer.computesParameterGradients, !network.isGradientOfWholeBatch(layer) {
        // The gradients of two parts are read, their sum is written.
        let bytes = layer.requirements.parameters.reduce(0) { $0 + $1.byteCount }
        gradients += rounds * 3 * Double(bytes) / passes.bandwidth
      }
    }
    self.forward = forward
    // Each is computed by one lane.
    self.backward = backward + max(ofWholeBatch.reduce(0, +) / Double(plan.lanes), ofWholeBatch.max() ?? 0)
    guard network.options.isTraining else {
      update = 0
      return
    }
    let memory = network.memory
    // Read the gradient, read and write the parameter; and the same for the optimizer's state and the average.
    let touched = 3 * memory.weights + 2 * (memory.optimizer + memory.averages)
    let packing = 2 * WinogradCost.costOfPackedWeight * Double(memory.packed) / 4 / float32
    update = gradients + Double(touched) / ceilings.bandwidth + packing
  }
}
