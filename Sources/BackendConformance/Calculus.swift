import Backends
import Operations
import Tensors

extension Conformance {
  /// The derivative of ⟨output, g⟩ by central differences against the gradients that the backend computes.
  ///
  /// All operations are linear in each single number, or piecewise so with no kink within the step, hence the
  /// central difference has no error but that of rounding and the step can be large.
  func checkFiniteDifferences(_ report: inout ConformanceReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 2, largest: 4000)
    for index in 0..<max(caseCount / 3, 2) {
      let images: Shape = [2, 3, 3, 5]
      let operations = [
        shapes.convolution(), shapes.dense(), shapes.maxPooling(), shapes.averagePooling(), .relu(images),
        .dropout(images, probability: 0.4), .flatten(images),
      ]
      for operation in operations {
        var numbers = RandomNumbers(seed: seed, index: index)
        let kernelCase = KernelCase(
          operation, precision: .float64, input: numbers.distinct(operation.inputShape),
          parameters: operation.parameters.map { numbers.normal($0.shape) },
          outputGradient: numbers.normal(operation.outputShape))
        guard let outcome = outcome(kernelCase, &report) else { continue }
        if let gradient = outcome.inputGradient {
          differentiate(kernelCase, \.input, gradient, "input gradient", &report)
        }
        for (place, gradient) in outcome.parameterGradients.enumerated() {
          differentiate(kernelCase, \.parameters[place], gradient, "parameter gradient \(place)", &report)
        }
      }
    }
  }

  private func differentiate(
    _ kernelCase: KernelCase, _ variable: WritableKeyPath<KernelCase, Tensor<Double>>,
    _ gradient: Tensor<Double>, _ name: String, _ report: inout ConformanceReport
  ) {
    let step = 0.25
    let scale = gradient.elements.reduce(1) { max($0, abs($1)) } * 1e3
    // Some elements spread over the tensor stand for all.
    for place in stride(from: 0, to: gradient.elements.count, by: max(gradient.elements.count / 16, 1)) {
      func objective(_ change: Double) -> Double {
        var changed = kernelCase
        changed[keyPath: variable].elements[place] += change
        guard let weights = changed.outputGradient else { return .nan }
        changed.outputGradient = nil
        return (outcome(changed, &report)?.output).map { inner($0, weights) } ?? .nan
      }
      let difference = (objective(step) - objective(-step)) / (2 * step)
      report.count([difference])
      guard !(abs(difference - gradient.elements[place]) <= 1e-10 * scale) else { continue }
      report.fail(
        "\(subject(kernelCase)), \(name)",
        "\(gradient.elements[place]) at element \(place), where the finite difference is \(difference)")
    }
  }

  /// A convolution without bias is linear in x and in w, so ⟨conv x, y⟩ = ⟨x, ∂x⟩ = ⟨w, ∂w⟩ for the output
  /// gradient y; with small integers all three are exact.
  func checkAdjointness(_ report: inout ConformanceReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 3)
    for index in 0..<caseCount {
      let operation = shapes.convolution(hasBias: false)
      var numbers = RandomNumbers(seed: seed, index: index)
      let weight = numbers.integers(operation.parameters[0].shape, in: -4...4)
      let gradient = numbers.integers(operation.outputShape, in: -4...4)
      let kernelCase = KernelCase(
        operation, input: numbers.integers(operation.inputShape, in: -4...4), parameters: [weight],
        outputGradient: gradient)
      guard let outcome = outcome(kernelCase, &report), let inputGradient = outcome.inputGradient else {
        continue
      }
      let products = [
        inner(outcome.output, gradient), inner(kernelCase.input, inputGradient),
        inner(weight, outcome.parameterGradients[0]),
      ]
      report.count(products)
      guard !products.allSatisfy({ $0 == products[0] }) else { continue }
      report.fail(subject(kernelCase), "⟨conv x, y⟩, ⟨x, convᵀ y⟩ and ⟨w, ∂w⟩ differ: \(products)")
    }
  }

  private func inner(_ left: Tensor<Double>, _ right: Tensor<Double>) -> Double {
    zip(left.elements, right.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
