import Backends
import Networks

extension Checkpoint {
  /// Prepares the network on a backend, with the file's parameters.
  ///
  /// ```swift
  /// let network = try Checkpoint(path: "runs/quick/checkpoint.safetensors").network(on: DNNL())
  /// ```
  ///
  /// - Parameters:
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes and precision.
  /// - Returns: The network. Its output is that of the last layer: logits of N×classes, for a classifier.
  /// - Throws: The errors of `Network`; ``TrainingError`` if a parameter is missing or has a different shape.
  public func network(
    on backend: any Backend, options: NetworkOptions = NetworkOptions()
  ) throws -> Network {
    let network = try Network(
      description.model, image: description.image, backend: backend, options: options,
      normalization: description.normalization)
    try load(into: network)
    return network
  }
}
