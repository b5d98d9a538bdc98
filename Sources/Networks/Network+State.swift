import Backends
import Operations
import Tensors

/// The layers' state, kept from step to step, such as the running statistics of batch normalization.
extension Network {
  /// The names and shapes of the state, in the model's order.
  public var stateSpecifications: [(name: String, specification: StateSpecification)] {
    store.states.map { ($0.name, $0.specification) }
  }

  /// All state in float64, which represents every precision, and counts up to 2⁵³, exactly.
  public func state() -> [(name: String, tensor: Tensor<Double>)] {
    store.states.map { ($0.name, read($0)) }
  }

  /// Whether all state is finite; allocates nothing, so it can be called after every step.
  public var hasFiniteState: Bool {
    for state in store.states where !isFinite(state) { return false }
    return true
  }

  private func isFinite(_ state: LayerState) -> Bool {
    let (address, count) = (store.value(state), state.specification.shape.elementCount)
    switch state.layout.elementType {
    case .int64: return true
    case .float64: return isFinite(address.assumingMemoryBound(to: Double.self), count)
    default: return isFinite(address.assumingMemoryBound(to: Float.self), count)
    }
  }

  private func isFinite<Element: BinaryFloatingPoint>(
    _ elements: UnsafePointer<Element>, _ count: Int
  ) -> Bool {
    for index in 0..<count where !elements[index].isFinite { return false }
    return true
  }

  /// The state as stored in files: in float32, counts as integers.
  package func storedState() -> (tensors: [LazyTensor], counts: [(name: String, value: Int64)]) {
    let counts = store.states.filter(\.specification.isCount)
    let others = store.states.filter { !$0.specification.isCount }
    return (
      others.map { state in
        LazyTensor(name: state.name, shape: state.specification.shape) { self.read(state).map { Float($0) } }
      },
      counts.map { ($0.name, Int64(read($0).elements.first ?? 0)) }
    )
  }

  /// Sets all state.
  ///
  /// - Parameter source: Returns the tensor for a name.
  /// - Throws: ``NetworkError`` if a tensor has the wrong shape; the errors of the source.
  public func setState<Scalar: TensorScalar>(
    _ source: (_ name: String) throws -> Tensor<Scalar>
  ) throws {
    for state in store.states {
      let values = try source(state.name)
      guard values.shape == state.specification.shape else {
        throw NetworkError.wrongShape(
          name: state.name, expected: state.specification.shape, given: values.shape,
          reason:
            "\(state.name) has the shape \(state.specification.shape); its new values have \(values.shape)")
      }
      let doubles: Tensor<Double> = try values.converted(named: state.name)
      write(doubles.elements, to: state)
    }
    store.valuesChanged()
  }

  /// Resets all state to its initial values.
  func resetState() {
    for state in store.states {
      let count = state.specification.shape.elementCount
      write(Array(repeating: state.specification.initialValue, count: count), to: state)
    }
    store.valuesChanged()
  }

  private func read(_ state: LayerState) -> Tensor<Double> {
    let address = store.value(state)
    let elements = (0..<state.specification.shape.elementCount).map { index in
      switch state.layout.elementType {
      case .int64: Double(address.load(fromByteOffset: index * 8, as: Int64.self))
      case .float64: address.load(fromByteOffset: index * 8, as: Double.self)
      default: Double(address.load(fromByteOffset: index * 4, as: Float.self))
      }
    }
    return Tensor(shape: state.specification.shape, elements: elements)
  }

  private func write(_ elements: [Double], to state: LayerState) {
    let address = store.value(state)
    for (index, element) in elements.enumerated() {
      switch state.layout.elementType {
      case .int64:
        address.storeBytes(
          of: Int64(exactly: element.rounded()) ?? 0, toByteOffset: index * 8, as: Int64.self)
      case .float64: address.storeBytes(of: element, toByteOffset: index * 8, as: Double.self)
      default: address.storeBytes(of: Float(element), toByteOffset: index * 4, as: Float.self)
      }
    }
  }
}
