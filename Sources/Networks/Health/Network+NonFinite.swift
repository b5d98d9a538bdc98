import Backends
import Tensors

extension Network {
  /// Computes a step's gradients once more, and inspects every number on the way.
  ///
  /// It takes several times as long as a step and is meant for a step whose loss or gradients are not finite.
  /// Afterwards the gradients are those of the same step; the parameters are unchanged.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  ///   - context: The context of the step; without training, only parameters and the forward pass are inspected.
  ///   - loss: The loss.
  /// - Returns: The first number that is NaN or infinite; nil if all are finite.
  /// - Throws: As ``computeGradients(_:labels:context:loss:into:)``.
  public func firstNonFinite(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, context: RunContext,
    loss: Loss = .crossEntropy(labelSmoothing: 0)
  ) throws -> NonFiniteNumber? {
    if let parameter = try firstNonFiniteParameter() {
      return NonFiniteNumber(.parameters, of: parameter.name, value: parameter.value)
    }
    let search = NonFiniteSearch(backend, layerCount: layers.count)
    runner.search = search
    defer { runner.search = nil }
    guard context.isTraining else {
      _ = try evaluate(pixels, labels: labels, loss: loss)
      return search.found
    }
    try computeGradients(pixels, labels: labels, context: context, loss: loss)
    for parameter in store.parameters where parameter.isTrained {
      try search.checkGradient(gradients?.address(of: parameter), of: parameter)
    }
    return search.found
  }

  /// The first parameter, state or average that has a NaN or an infinity, in the model's order; nil if all are finite.
  ///
  /// - Throws: The errors of the backend's library.
  public func firstNonFiniteParameter() throws -> (name: String, value: Double)? {
    for parameter in store.parameters {
      for address in [store.value(parameter), store.average(parameter)].compactMap(\.self) {
        if let value = try backend.firstNonFinite(address, parameter.layout) {
          return (parameter.name, value)
        }
      }
    }
    for (name, values) in state() {
      if let value = values.elements.first(where: { !$0.isFinite }) { return (name, value) }
    }
    return nil
  }
}
