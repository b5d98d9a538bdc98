import Networks
import Tensors

extension Network {
  /// A copy of the network for predicting images of another size, one at a time.
  ///
  /// - Parameter image: The shape of an image, C×H×W.
  /// - Returns: The network, with its own copy of the parameters.
  /// - Throws: `LayerError` if the image does not fit the model, the errors of `Network` if it cannot be prepared.
  public func copy(for image: Shape) throws -> Network {
    let copy = try Network(
      model, image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: [1], precision: options.precision, convolutions: options.convolutions),
      normalization: normalization)
    try copy.setParameters { try parameter($0, as: Double.self) }
    let values = Dictionary(state().map { ($0.name, $0.tensor) }) { first, _ in first }
    try copy.setState { name in
      guard let value = values[name] else {
        throw NetworkError.unknownName(
          name, available: values.keys.sorted(), reason: "the network has no state \(name.quoted)")
      }
      return value
    }
    return copy
  }
}
