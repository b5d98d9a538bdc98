import Backends
import Tensors

/// Searches for the first number of a step that is not finite, while the parts of the batch are computed in order.
///
/// If several parts have one, the one that a step computes first counts.
final class NonFiniteSearch {
  /// The number found so far.
  private(set) var found: NonFiniteNumber?
  private var order = Int.max
  private let backend: any Backend
  private let layerCount: Int

  init(_ backend: any Backend, layerCount: Int) {
    self.backend = backend
    self.layerCount = layerCount
  }

  /// Inspects the images of a part.
  func checkInput(of plan: ExecutionPlan) throws {
    try look(plan.layers.first?.inputAddress, plan.input, .images, "", order: -1)
  }

  /// Inspects a layer's output.
  func checkOutput(of layer: PreparedLayer) throws {
    try look(
      layer.outputAddress, layer.requirements.output, .forward, layer.name, order: layer.position)
  }

  /// Inspects the loss of a part, and its gradient if it was computed.
  func checkLoss(_ score: ClassificationScore, of output: NetworkOutput, hasGradient: Bool) throws {
    if !score.lossSum.isFinite { note(.loss, "", score.lossSum, order: layerCount) }
    guard hasGradient else { return }
    try look(output.gradientAddress, output.layout, .loss, "", order: layerCount)
  }

  /// Inspects the gradient of a layer's input, which is that of the output of the layer below.
  func checkInputGradient(of layer: PreparedLayer, below: PreparedLayer?) throws {
    guard layer.computesInputGradient, let below else { return }
    try look(
      below.outputGradientAddress, below.requirements.output, .inputGradient, layer.name,
      order: backward(layer.position) + 1)
  }

  /// Inspects a parameter's gradient over the batch.
  func checkGradient(_ address: UnsafeRawPointer?, of parameter: Parameter) throws {
    try look(
      address, parameter.layout, .weightGradient, parameter.name, order: backward(parameter.layer))
  }

  /// The position of a layer's backward pass in the order of a step.
  private func backward(_ position: Int) -> Int { layerCount + 1 + 2 * (layerCount - 1 - position) }

  private func look(
    _ address: UnsafeRawPointer?, _ layout: Layout, _ pass: NonFiniteNumber.Pass, _ name: String, order: Int
  ) throws {
    guard let address, order < self.order,
      let value = try backend.firstNonFinite(address, layout)
    else { return }
    note(pass, name, value, order: order)
  }

  private func note(_ pass: NonFiniteNumber.Pass, _ name: String, _ value: Double, order: Int) {
    guard order < self.order else { return }
    found = NonFiniteNumber(pass, of: name, value: value)
    self.order = order
  }
}

extension Backend {
  /// The first number of a tensor that is NaN or infinite, in row-major order; nil if all are finite.
  func firstNonFinite(_ address: UnsafeRawPointer, _ layout: Layout) throws -> Double? {
    // In Double a large float32 parameter would take three times its size.
    guard layout.elementType == .float64 else {
      let values: Tensor<Float> = try plain(address, layout)
      return values.elements.first { !$0.isFinite }.map { Double($0) }
    }
    let values: Tensor<Double> = try plain(address, layout)
    return values.elements.first { !$0.isFinite }
  }
}
