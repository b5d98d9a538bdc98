import Layers
import Tensors

extension Network {
  /// Initializes all parameters.
  ///
  /// - Parameters:
  ///   - initialization: The distributions.
  ///   - seed: The key of the random numbers; the same seed gives the same values on every backend.
  /// - Throws: The errors of the backend's library.
  public func initialize(_ initialization: Initialization = Initialization(), seed: UInt64) throws {
    for (index, parameter) in store.parameters.enumerated() {
      let values = initialization.values(
        for: parameter.specification, name: parameter.name, index: index, seed: seed)
      try set(store.value(parameter), parameter, to: values)
    }
    store.valuesWereSet()
    store.resetAverages()
    resetState()
  }

  // MARK: Reading

  /// All parameters, plain, in the model's order.
  ///
  /// - Parameter type: The type to read them as; Double represents every precision exactly.
  /// - Returns: The names and the values.
  /// - Throws: ``NetworkError`` if a parameter has no values; the errors of the backend's library.
  public func parameters<Scalar: TensorScalar>(
    as type: Scalar.Type = Float.self
  ) throws -> [(name: String, tensor: Tensor<Scalar>)] {
    try requireValues()
    return try all(store.value)
  }

  /// A parameter's values, plain.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - type: The type to read them as; Double represents every precision exactly.
  /// - Returns: The values.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name, or it has no values.
  public func parameter<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self
  ) throws -> Tensor<Scalar> {
    try requireValues(of: name)
    return try one("value", of: name, store.value)
  }

  /// The gradients that were computed last, plain, in the model's order.
  ///
  /// - Parameter type: The type to read them as; Double represents every precision exactly.
  /// - Returns: The names of the parameters and their gradients.
  /// - Throws: ``NetworkError`` if none have been computed; the errors of the backend's library.
  public func gradients<Scalar: TensorScalar>(
    as type: Scalar.Type = Float.self
  ) throws -> [(name: String, tensor: Tensor<Scalar>)] {
    try requireComputedGradients()
    return try all { gradients?.address(of: $0) }
  }

  /// The gradient of a parameter that was computed last, plain.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - type: The type to read it as; Double represents every precision exactly.
  /// - Returns: The gradient.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name, was prepared for prediction only, or no
  ///   gradients have been computed.
  public func gradient<Scalar: TensorScalar>(
    _ name: String, as type: Scalar.Type = Float.self
  ) throws -> Tensor<Scalar> {
    try requireComputedGradients()
    return try one("gradient", of: name) { gradients?.address(of: $0) }
  }

  /// All parameters, each read only when needed.
  package var lazyParameters: [LazyTensor] { lazily(store.value) }

  /// The gradients that were computed last, each read only when needed.
  package var lazyGradients: [LazyTensor] { lazily { gradients?.address(of: $0) } }

  // MARK: Setting

  /// Sets all parameters, and the averages with them; values are rounded to the network's precision.
  ///
  /// - Parameter source: Returns the tensor for a parameter's name.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter; the errors of the source.
  public func setParameters<Scalar: TensorScalar>(
    _ source: (_ name: String) throws -> Tensor<Scalar>
  ) throws {
    try setAll(store.value, source)
    store.valuesWereSet()
    store.valuesChanged()
    store.resetAverages()
  }

  /// Sets all parameters and all state from one source, such as a PyTorch state dict, which contains both.
  ///
  /// - Parameter source: Returns the tensor for the name of a parameter or of a layer's state.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter or state; the errors of the source.
  public func setParametersAndState<Scalar: TensorScalar>(
    _ source: (_ name: String) throws -> Tensor<Scalar>
  ) throws {
    try setParameters(source)
    try setState(source)
  }

  /// Sets one parameter, and its average with it; values are rounded to the network's precision.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - values: Its values.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name, or its shape differs.
  public func setParameter<Scalar: TensorScalar>(_ name: String, to values: Tensor<Scalar>) throws {
    let parameter = try parameter(named: name)
    try set(store.value(parameter), parameter, to: values)
    store.valueWasSet(parameter)
    store.valuesChanged()
    store.resetAverage(of: parameter)
  }
}
