import Backends
import Tensors

/// Observes each layer's output while a network trains or predicts, even if it is fused, overwritten later or computed
/// in parts.
package protocol ActivationObserver: AnyObject {
  /// Whether the output of a layer is wanted; that of others is not copied.
  ///
  /// - Parameter layer: The layer's name.
  /// - Returns: Whether it is; true by default.
  func observes(layer: String) -> Bool

  /// Takes the output of a layer for one part of the batch, as soon as it is computed; parts come in order.
  ///
  /// It is not called for layers that are computed together with a later one: those whose ReLU is fused, and a ReLU
  /// that is moved behind the max pooling after it, whose output is then the pooling's.
  ///
  /// - Parameters:
  ///   - output: The output, plain, in float64, which represents every precision exactly.
  ///   - layer: The layer's name.
  func observe(_ output: Tensor<Double>, ofLayer layer: String)

  /// Takes the network's output for one part of the batch: the last layer's output in the type in which it is read.
  func observe(networkOutput output: Tensor<Double>)
}

extension ActivationObserver {
  /// Every layer's output is wanted.
  package func observes(layer: String) -> Bool { true }
}

extension Network {
  func show(_ layer: PreparedLayer, to observer: any ActivationObserver) throws {
    guard let name = layer.outputName, observer.observes(layer: name), let output = layer.outputAddress else {
      return
    }
    observer.observe(try plain(output, layer.requirements.output), ofLayer: name)
  }

  func showOutput(of plan: ExecutionPlan, to observer: any ActivationObserver) throws {
    guard let output = plan.outputAddress else { return }
    observer.observe(networkOutput: try plain(output, plan.output))
  }
}
