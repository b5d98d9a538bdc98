import Backends
import Layers
import Tensors

extension Network {
  /// Gives all parameters their first values.
  ///
  /// - Parameters:
  ///   - initialisation: The distributions.
  ///   - seed: The key of the random numbers; the same seed gives the same values on every backend.
  /// - Throws: What the backend's library refuses.
  public func initialise(_ initialisation: Initialisation = Initialisation(), seed: UInt64) throws {
    for (index, parameter) in store.parameters.enumerated() {
      let values = initialisation.values(
        for: parameter.specification, name: parameter.name, index: index, seed: seed)
      try set(store.value(parameter), parameter.layout, to: values)
    }
    store.valuesChanged()
  }

  /// All parameters in plain float32, in the model's order.
  public func parameters() throws -> [(name: String, tensor: Tensor<Float>)] {
    try store.parameters.map { ($0.name, try plain(store.value($0), $0.layout)) }
  }

  /// The gradients that were computed last, in plain float32.
  public func gradients() throws -> [(name: String, tensor: Tensor<Float>)] {
    try store.parameters.compactMap { parameter in
      guard let gradient = store.gradient(parameter) else { return nil }
      return (parameter.name, try plain(gradient, parameter.layout))
    }
  }

  /// The velocities of momentum, in plain float32; none without momentum.
  public func velocities() throws -> [(name: String, tensor: Tensor<Float>)] {
    try store.parameters.compactMap { parameter in
      guard let velocity = store.velocity(parameter) else { return nil }
      return (parameter.name, try plain(velocity, parameter.layout))
    }
  }

  /// Sets all parameters.
  ///
  /// - Parameter source: Gives the tensor of a name.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter.
  public func setParameters(_ source: (_ name: String) throws -> Tensor<Float>) throws {
    for parameter in store.parameters {
      try set(store.value(parameter), parameter, to: source(parameter.name))
    }
    store.valuesChanged()
  }

  /// Sets all velocities of momentum; does nothing without momentum.
  public func setVelocities(_ source: (_ name: String) throws -> Tensor<Float>) throws {
    for parameter in store.parameters {
      guard let velocity = store.velocity(parameter) else { continue }
      try set(velocity, parameter, to: source(parameter.name))
    }
  }

  private func set(
    _ place: UnsafeMutableRawPointer, _ parameter: ParameterStore.Parameter, to values: Tensor<Float>
  ) throws {
    guard values.shape == parameter.specification.shape else {
      throw NetworkError(
        "\(parameter.name) has the shape \(parameter.specification.shape), and was given \(values.shape)")
    }
    try set(place, parameter.layout, to: values)
  }

  private func set(_ place: UnsafeMutableRawPointer, _ layout: Layout, to values: Tensor<Float>) throws {
    try values.elements.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      try backend.copy(base, Layout(plain: layout.shape, .float32), to: place, layout)
    }
  }
}
