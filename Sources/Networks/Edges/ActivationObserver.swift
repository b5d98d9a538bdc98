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

  /// Takes a layer's output from its memory, if it is wanted.
  func observe(_ layer: PreparedLayer, on backend: any Backend) throws {
    guard let name = layer.outputName, observes(layer: name), let output = layer.outputAddress else { return }
    observe(try backend.plain(output, layer.requirements.output), ofLayer: name)
  }

  /// Takes the network's output from its memory.
  func observe(_ output: NetworkOutput, on backend: any Backend) throws {
    guard let address = output.address else { return }
    observe(networkOutput: try backend.plain(address, output.layout))
  }
}
