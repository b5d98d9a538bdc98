import Backends
import Tensors

/// Reorders of tensors into and out of the kernels' layouts.
extension Network {
  typealias Address = (Parameter) -> UnsafeMutableRawPointer?

  func all<Scalar: TensorScalar>(_ address: Address) throws -> [(name: String, tensor: Tensor<Scalar>)] {
    try store.parameters.compactMap { parameter in
      try address(parameter).map { (parameter.name, try read($0, parameter)) }
    }
  }

  func lazily(_ address: Address) -> [LazyTensor] {
    store.parameters.compactMap { parameter in
      guard let address = address(parameter) else { return nil }
      return LazyTensor(name: parameter.name, shape: parameter.specification.shape) {
        try self.backend.plain(address, parameter.layout)
      }
    }
  }

  func one<Scalar: TensorScalar>(
    _ kind: String, of name: String, _ address: Address
  ) throws -> Tensor<Scalar> {
    let parameter = try parameter(named: name)
    guard let address = address(parameter) else {
      throw unknown(name, reason: "the parameter \(name.quoted) has no \(kind)")
    }
    return try read(address, parameter)
  }

  /// The parameter with a name.
  ///
  /// - Throws: ``NetworkError`` if the network does not have it.
  func parameter(named name: String) throws -> Parameter {
    guard let parameter = store.parameters.first(where: { $0.name == name }) else {
      throw unknown(name, reason: "the network has no parameter \(name.quoted)")
    }
    return parameter
  }

  private func unknown(_ name: String, reason: String) -> NetworkError {
    .unknownName(name, available: store.parameters.map(\.name), reason: reason)
  }

  private func read<Scalar: TensorScalar>(
    _ address: UnsafeRawPointer, _ parameter: Parameter
  ) throws -> Tensor<Scalar> {
    guard Scalar.elementType != .float32 else {
      let values: Tensor<Float> = try backend.plain(address, parameter.layout)
      return try values.converted(named: parameter.name)
    }
    let values: Tensor<Double> = try backend.plain(address, parameter.layout)
    return try values.converted(named: parameter.name)
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
        reason:
          "\(parameter.name) has the shape \(parameter.specification.shape); its new values have \(values.shape)"
      )
    }
    // Backends reorder from float32, and only those that compute in float64 from float64 as well.
    if options.precision == .float64, Scalar.elementType != .float32 {
      let doubles: Tensor<Double> = try values.converted(named: parameter.name)
      try reorder(doubles, to: address, parameter.layout)
    } else {
      let floats: Tensor<Float> = try values.converted(named: parameter.name)
      try reorder(floats, to: address, parameter.layout)
    }
  }

  private func reorder<Scalar: NetworkNumber>(
    _ values: Tensor<Scalar>, to address: UnsafeMutableRawPointer, _ layout: Layout
  ) throws {
    try values.elements.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      try backend.reorder(base, Layout(plain: values.shape, Scalar.elementType), to: address, layout)
    }
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
