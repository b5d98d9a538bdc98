import Backends
import Operations
import Tensors

extension Conformance {
  /// Small integers for which everything is exact.
  ///
  /// Half of each channel's m values are μ + a and half are μ − a, with m a power of two, a = m − 1 and ε = 2·m − 1.
  /// Then σ² + ε = m², all roots and quotients are exact, and every sum as well, in any order.
  func checkExactNormalization(_ report: inout CheckReport) throws {
    let shapes: [Shape] = [
      [2, 5, 2, 4], [1, 17, 4, 8], [4, 16, 1, 2], [2, 33, 1, 1], [8, 1, 2, 1], [2, 24, 2, 2],
    ]
    for (index, shape) in shapes.enumerated() {
      let count = Double(shape[0] * shape[2] * shape[3])
      let operation = TensorOperation.batchNormalization(
        try BatchNormalizationGeometry(input: shape, epsilon: 2 * count - 1, momentum: 0.25))
      for var trial in Trial.all(of: operation, precisions, seed: seed, index: index) {
        trial.inPlace = trial.use == .prediction
        for isOfBatch in trial.use == .prediction ? [false] : [true, false] {
          examine(trial, &report) { trial, report in
            try compareExactly(trial, isOfBatch: isOfBatch, &report)
          }
        }
      }
    }
  }

  private func compareExactly(_ trial: Trial, isOfBatch: Bool, _ report: inout CheckReport) throws {
    // Cases shrunk to other sizes are no longer exact.
    guard case .batchNormalization(let geometry) = trial.operation,
      geometry.epsilon == Double(2 * geometry.valuesPerChannel - 1), geometry.valuesPerChannel % 2 == 0
    else { return }
    let kernelCase = exactCase(trial, geometry, isOfBatch: isOfBatch)
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try reference.harness.run(kernelCase.inDouble)
    for (computed, exact) in zip(actual.tensors, expected.tensors) {
      expectEqual(computed, exact.values, trial, &report)
    }
    // The variance is checked within the bound, since m / (m − 1) is not exact.
    for index in [0, 2] where actual.state[index] != expected.state[index] {
      report.fail(
        "\(subject(trial)), \(trial.operation.state[index].name)",
        "\(actual.state[index].elements) instead of \(expected.state[index].elements)")
    }
    guard !isOfBatch, trial.precision == .float32 else { return }
    compareProducts(kernelCase, trial, &report)
  }

  /// With given statistics a normalization without mean and shift is linear in x and in γ, so ⟨N x, y⟩ = ⟨x, ∂x⟩ = ⟨γ,
  /// ∂γ⟩ for the output gradient y.
  private func compareProducts(_ kernelCase: KernelCase, _ trial: Trial, _ report: inout CheckReport) {
    var linear = kernelCase
    linear.parameters[1] = linear.parameters[1].map { _ in 0 }
    linear.state[0] = linear.state[0].map { _ in 0 }
    guard let outcome = outcome(linear, trial, &report), let output = outcome.values(.output),
      let scaleGradient = outcome.values(.weightGradient)
    else { return }
    var products = [
      inner(output, linear.outputGradient), inner(linear.parameters[0], scaleGradient),
    ]
    if let gradient = outcome.values(.inputGradient) { products.append(inner(linear.input, gradient)) }
    report.count(products, of: "inner products")
    guard !products.allSatisfy({ $0 == products[0] }) else { return }
    report.fail(subject(trial), "⟨N x, y⟩, ⟨γ, ∂γ⟩ and ⟨x, ∂x⟩ differ: \(products)")
  }

  private func exactCase(
    _ trial: Trial, _ geometry: BatchNormalizationGeometry, isOfBatch: Bool
  ) -> KernelCase {
    var kernelCase = trial.integers(run: 0)
    kernelCase.context.isTraining = isOfBatch
    var numbers = RandomNumbers(seed: trial.seed, index: trial.index + 2000)
    let means = numbers.integers([geometry.channels], in: -4...4).elements
    let count = geometry.valuesPerChannel
    for channel in 0..<geometry.channels {
      let signs = numbers.distinct([count]).elements
      for (position, sign) in zip(geometry.positions(ofChannel: channel), signs) {
        kernelCase.input.elements[position] = means[channel] + (sign < 0 ? -1 : 1) * Double(count - 1)
      }
    }
    let deviations = numbers.integers([geometry.channels], in: 1...2).map { $0 * Double(count) }
    kernelCase.state = [
      numbers.integers([geometry.channels], in: -4...4),
      deviations.map { $0 * $0 - geometry.epsilon }, Tensor(shape: [], elements: [41]),
    ]
    return kernelCase
  }
}
