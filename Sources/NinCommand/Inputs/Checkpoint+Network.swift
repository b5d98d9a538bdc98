import NetworkInNetwork

extension Checkpoint {
  /// Makes the checkpoint's network for prediction.
  ///
  /// - Parameters:
  ///   - backend: The backend to run on.
  ///   - compute: Precision and micro-batch.
  ///   - batchSizes: The batch sizes that will be run.
  ///   - image: The shape of an image, where it is another than the checkpoint's.
  /// - Returns: The network with the checkpoint's parameters.
  /// - Throws: The errors of `Network`, and of the file.
  func makeNetwork(
    on backend: any Backend, _ compute: ComputeOptions, batchSizes: [Int], image: Shape? = nil
  ) throws -> Network {
    let network = try Network(
      description.model, image: image ?? description.image, backend: backend,
      options: NetworkOptions(
        batchSizes: batchSizes, precision: compute.precision ?? .float32, microBatch: compute.microBatch),
      normalisation: description.normalisation)
    try load(into: network)
    return network
  }
}
