import Backends
import Operations
import Tensors

extension Network {
  /// A parameter's values in plain float64, which holds every precision's numbers as they are.
  ///
  /// - Parameter name: The parameter's name.
  /// - Returns: The values.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name.
  public func parameter(_ name: String) throws -> Tensor<Double> {
    try inDouble("value", of: name, store.value)
  }

  /// A parameter's gradient that was computed last, likewise.
  ///
  /// - Parameter name: The parameter's name.
  /// - Returns: The gradient.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name, or was prepared for prediction only.
  public func gradient(_ name: String) throws -> Tensor<Double> {
    try inDouble("gradient", of: name, store.gradient)
  }

  /// A parameter's velocity, likewise.
  ///
  /// - Parameter name: The parameter's name.
  /// - Returns: The velocity.
  /// - Throws: ``NetworkError`` if the network has no parameter of that name, or no momentum.
  public func velocity(_ name: String) throws -> Tensor<Double> {
    try inDouble("velocity", of: name, store.velocity)
  }

  private func inDouble(
    _ kind: String, of name: String, _ place: (ParameterStore.Parameter) -> UnsafeMutableRawPointer?
  ) throws -> Tensor<Double> {
    guard let parameter = store.parameters.first(where: { $0.name == name }), let place = place(parameter)
    else { throw NetworkError("there is no \(kind) of a parameter '\(name)'") }
    return try inDouble(place, parameter.layout)
  }

  /// Sets all parameters from float64: as they are where the network computes in it, otherwise rounded.
  ///
  /// - Parameter source: Gives the tensor of a name.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter.
  public func setDoubleParameters(_ source: (_ name: String) throws -> Tensor<Double>) throws {
    guard options.precision == .float64 else {
      return try setParameters { try source($0).map { Float($0) } }
    }
    for parameter in store.parameters {
      let values = try source(parameter.name)
      guard values.shape == parameter.specification.shape else {
        throw NetworkError(
          "\(parameter.name) has the shape \(parameter.specification.shape), and was given \(values.shape)")
      }
      try values.elements.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        let plain = Layout(plain: values.shape, .float64)
        try backend.copy(base, plain, to: store.value(parameter), parameter.layout)
      }
    }
    store.valuesChanged()
  }

  /// A copy of a tensor in plain float64.
  func inDouble(_ place: UnsafeRawPointer, _ layout: Layout) throws -> Tensor<Double> {
    guard layout.elementType == .float64 else { return try plain(place, layout).map { Double($0) } }
    var tensor = Tensor<Double>(shape: layout.shape, repeating: 0)
    try tensor.elements.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      try backend.copy(place, layout, to: base, Layout(plain: layout.shape, .float64))
    }
    return tensor
  }
}
