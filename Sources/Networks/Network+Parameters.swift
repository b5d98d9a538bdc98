import Backends
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
    store.resetAverages()
    resetState()
  }

  // MARK: In float32

  /// All parameters in plain float32, in the model's order.
  public func parameters() throws -> [(name: String, tensor: Tensor<Float>)] {
    try all(store.value)
  }

  /// All parameters, each read only when needed.
  package var lazyParameters: [LazyTensor] { lazily(store.value) }

  /// The gradients that were computed last, each read only when needed.
  package var lazyGradients: [LazyTensor] { lazily(store.gradient) }

  /// The gradients that were computed last, in plain float32.
  public func gradients() throws -> [(name: String, tensor: Tensor<Float>)] {
    try all(store.gradient)
  }

  /// Sets all parameters, and the averages with them.
  ///
  /// - Parameter source: Gives the tensor of a name.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter.
  public func setParameters(_ source: (_ name: String) throws -> Tensor<Float>) throws {
    try setAll(store.value, source)
    parametersWereSet()
  }

  // MARK: In float64, which represents every precision exactly

  /// A parameter's values in plain float64.
  ///
  /// - Parameter name: The parameter's name.
  /// - Returns: The values.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name.
  public func parameter(_ name: String) throws -> Tensor<Double> {
    try one("value", of: name, store.value)
  }

  /// The gradient of a parameter that was computed last, in plain float64.
  ///
  /// - Parameter name: The parameter's name.
  /// - Returns: The gradient.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name, or was prepared for prediction only.
  public func gradient(_ name: String) throws -> Tensor<Double> {
    try one("gradient", of: name, store.gradient)
  }

  /// Sets all parameters from float64, and the averages with them: unchanged if the network computes in float64,
  /// otherwise rounded.
  ///
  /// - Parameter source: Gives the tensor of a name.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter.
  public func setDoubleParameters(_ source: (_ name: String) throws -> Tensor<Double>) throws {
    guard options.precision == .float64 else {
      return try setParameters { try source($0).map { Float($0) } }
    }
    try setAll(store.value, source)
    parametersWereSet()
  }

  private func parametersWereSet() {
    store.valuesChanged()
    store.resetAverages()
  }

  // MARK: Reorders into and out of the kernels' layouts

  typealias Address = (Parameter) -> UnsafeMutableRawPointer?

  func all(_ address: Address) throws -> [(name: String, tensor: Tensor<Float>)] {
    try lazily(address).map { ($0.name, try $0.values()) }
  }

  func lazily(_ address: Address) -> [LazyTensor] {
    store.parameters.compactMap { parameter in
      guard let address = address(parameter) else { return nil }
      return LazyTensor(name: parameter.name, shape: parameter.specification.shape) {
        try self.plain(address, parameter.layout)
      }
    }
  }

  func one(_ kind: String, of name: String, _ address: Address) throws -> Tensor<Double> {
    guard let parameter = store.parameters.first(where: { $0.name == name }), let address = address(parameter)
    else {
      throw NetworkError.unknownName(
        name, available: store.parameters.map(\.name), reason: "there is no \(kind) of a parameter '\(name)'")
    }
    return try plain(address, parameter.layout)
  }

  func setAll<Scalar: TensorScalar>(
    _ address: Address, _ source: (_ name: String) throws -> Tensor<Scalar>
  ) throws {
    for parameter in store.parameters {
      guard let address = address(parameter) else { continue }
      try set(address, parameter, to: source(parameter.name))
    }
  }

  func set<Scalar: TensorScalar>(
    _ address: UnsafeMutableRawPointer, _ parameter: Parameter, to values: Tensor<Scalar>
  ) throws {
    guard values.shape == parameter.specification.shape else {
      throw NetworkError.wrongShape(
        name: parameter.name, expected: parameter.specification.shape, given: values.shape,
        reason: "\(parameter.name) has the shape \(parameter.specification.shape), got \(values.shape)")
    }
    try values.elements.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      let plain = Layout(plain: values.shape, Scalar.elementType)
      try backend.reorder(base, plain, to: address, parameter.layout)
    }
  }

  /// A plain copy of a tensor in float32 or float64; the latter has more digits only in a float64 network.
  func plain<Scalar: NetworkNumber>(_ address: UnsafeRawPointer, _ layout: Layout) throws -> Tensor<Scalar> {
    try backend.plain(address, layout)
  }
}

extension Backend {
  /// A plain copy of a tensor in float32 or float64; the latter has more digits only in a float64 network.
  func plain<Scalar: NetworkNumber>(_ address: UnsafeRawPointer, _ layout: Layout) throws -> Tensor<Scalar> {
    guard layout.elementType == Scalar.elementType || Scalar.self == Float.self else {
      let narrow: Tensor<Float> = try plain(address, layout)
      return Scalar.converted(narrow)
    }
    var tensor = Tensor<Scalar>(shape: layout.shape, repeating: 0)
    try tensor.elements.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      try reorder(address, layout, to: base, Layout(plain: layout.shape, Scalar.elementType))
    }
    return tensor
  }
}

/// Float and Double: the types that tensors of a network can be read as.
protocol NetworkNumber: TensorScalar, BinaryFloatingPoint {
  /// A tensor in this type; not generic, so that the loops over large tensors are specialized.
  static func converted(_ tensor: Tensor<Float>) -> Tensor<Self>
}

extension Float: NetworkNumber {
  static func converted(_ tensor: Tensor<Float>) -> Tensor<Float> { tensor }
}

extension Double: NetworkNumber {
  static func converted(_ tensor: Tensor<Float>) -> Tensor<Double> { tensor.map { Double($0) } }
}
