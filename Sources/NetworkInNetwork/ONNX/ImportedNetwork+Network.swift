extension ImportedNetwork {
  /// The normalization of bytes if nothing else is known: to 0…255 if the graph begins by scaling bytes, otherwise to 0…1.
  public var defaultNormalization: Normalization {
    takesBytes ? Normalization(mean: [0], deviation: [1.0 / 255]) : .none
  }

  /// Prepares the network on a backend, with the file's parameters and state.
  ///
  /// - Parameters:
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes and precision.
  ///   - normalization: The normalization of bytes; nil for ``defaultNormalization``.
  /// - Returns: The network.
  /// - Throws: The errors of `Network`, and `NetworkError` if a parameter has no values.
  public func network(
    on backend: any Backend, options: NetworkOptions = NetworkOptions(),
    normalization: Normalization? = nil
  ) throws -> Network {
    let network = try Network(
      model, image: image, backend: backend, options: options,
      normalization: normalization ?? defaultNormalization)
    try network.setParameters { name in
      guard let values = parameters[name] else {
        throw NetworkError.unknownName(
          name, available: parameters.keys.sorted(), reason: "\(name) has no values")
      }
      return values
    }
    let counts = Set(network.stateSpecifications.filter(\.specification.isCount).map(\.name))
    try network.setState { name in
      if let values = parameters[name] { return values.map { Double($0) } }
      // ONNX does not count batches.
      guard counts.contains(name) else {
        throw NetworkError.unknownName(
          name, available: parameters.keys.sorted(), reason: "\(name) has no values")
      }
      return Tensor(shape: [], elements: [0])
    }
    return network
  }
}
