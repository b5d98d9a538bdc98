import Networks
import Tensors

/// The outputs of some layers of a network for some images.
package struct LayerOutputs: Sendable {
  /// The outputs of the requested layers, N×… each, by the layers' names.
  package let layers: [String: Tensor<Double>]
  /// The output of the network, N×….
  package let network: Tensor<Double>

  /// The output of a layer.
  ///
  /// - Parameter name: The layer's name.
  /// - Returns: The output.
  /// - Throws: `NetworkError` if it was not requested, or is computed within a later layer.
  package func output(ofLayer name: String) throws -> Tensor<Double> {
    guard let output = layers[name] else {
      throw NetworkError.notPrepared(
        reason: "the output of \(name) is not stored: it is computed together with a later layer")
    }
    return output
  }
}

extension Network {
  /// Computes the outputs of some layers for some images, without dropout.
  ///
  /// A network that stores activations has the output of every layer; others lack those computed within a later one.
  ///
  /// - Parameters:
  ///   - names: The layers' names.
  ///   - pixels: The images, N×C×H×W.
  ///   - count: N, at least 1.
  /// - Returns: The outputs.
  /// - Throws: The errors of the backend's library.
  package func outputs(ofLayers names: Set<String>, for pixels: Pixels, count: Int) throws -> LayerOutputs {
    let recorder = LayerRecorder(names)
    let earlier = activationObserver
    activationObserver = recorder
    defer { activationObserver = earlier }
    let output = try predict(pixels, count: count)
    return LayerOutputs(
      layers: recorder.layers, network: recorder.network ?? output.map { Double($0) })
  }
}

/// Combines the outputs of the batch's parts.
private final class LayerRecorder: ActivationObserver {
  private let names: Set<String>
  private(set) var layers: [String: Tensor<Double>] = [:]
  private(set) var network: Tensor<Double>?

  init(_ names: Set<String>) {
    self.names = names
  }

  func observes(layer: String) -> Bool { names.contains(layer) }

  func observe(_ output: Tensor<Double>, ofLayer layer: String) {
    layers[layer] = Self.joined(layers[layer], output)
  }

  func observe(networkOutput output: Tensor<Double>) {
    network = Self.joined(network, output)
  }

  private static func joined(_ earlier: Tensor<Double>?, _ output: Tensor<Double>) -> Tensor<Double> {
    guard let earlier else { return output }
    return Tensor(
      shape: output.shape.withBatch(earlier.shape[0] + output.shape[0]),
      elements: earlier.elements + output.elements)
  }
}
