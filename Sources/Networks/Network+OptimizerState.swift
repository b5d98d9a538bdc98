import Backends
import Tensors

/// The optimizer's state, kept for each parameter from step to step.
extension Network {
  /// The optimizer's state of all trained parameters, in plain float32.
  ///
  /// - Returns: For each slot, in the order of the options, the tensors of the parameters in the model's order:
  ///   `velocity.net.0.0.weight`.
  /// - Throws: The errors of the backend's library.
  public func optimizerState() throws -> [(name: String, tensor: Tensor<Float>)] {
    try lazyOptimizerState.map { ($0.name, try $0.values()) }
  }

  /// The optimizer's state, each tensor read only when needed.
  package var lazyOptimizerState: [LazyTensor] {
    store.slotNames.flatMap { slot in
      lazily { kept(slot, $0) }.map { $0.renamed(Self.name(slot, $0.name)) }
    }
  }

  /// Sets the optimizer's state.
  ///
  /// - Parameter source: Returns the tensor for a name, as in ``optimizerState()``.
  /// - Throws: ``NetworkError`` if a tensor has another shape than its parameter; the errors of the source.
  public func setOptimizerState(_ source: (_ name: String) throws -> Tensor<Float>) throws {
    for slot in store.slotNames {
      try setAll({ kept(slot, $0) }, { try source(Self.name(slot, $0)) })
    }
  }

  /// The optimizer's state of one parameter, plain.
  ///
  /// - Parameters:
  ///   - slot: The name of the slot: `velocity`.
  ///   - name: The parameter's name.
  ///   - type: The type to read it as; Double represents every precision exactly.
  /// - Returns: The tensor.
  /// - Throws: ``NetworkError`` if the network has no such parameter, if it is frozen, or if the rule has no slot of
  ///   that name.
  public func optimizerState<Scalar: TensorScalar>(
    _ slot: String, of name: String, as type: Scalar.Type = Float.self
  ) throws -> Tensor<Scalar> {
    try one(slot, of: name) { kept(slot, $0) }
  }

  private func kept(_ slot: String, _ parameter: Parameter) -> UnsafeMutableRawPointer? {
    guard parameter.isTrained else { return nil }
    return store.slot(slot).map { store.kept($0, parameter) }
  }

  private static func name(_ slot: String, _ parameter: String) -> String { "\(slot).\(parameter)" }
}
