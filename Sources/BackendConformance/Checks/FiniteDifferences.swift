import Backends
import Operations
import Tensors

extension Conformance {
  /// The derivative of ⟨output, g⟩ by central differences against the gradients that the backend computes.
  func checkFiniteDifferences(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 2, largest: 4000)
    for index in steps(max(size.shapes / 3, 2), of: .finiteDifferences) {
      let feature = ShapeFeature.inTurn(index * 5)
      let images: Shape = [2, 3, 3, 5]
      let convolution = shapes.convolution(with: feature)
      var operations = [
        convolution, shapes.dense(), shapes.maxPooling(with: feature), shapes.averagePooling(with: feature),
        .relu(images), .dropout(images, probability: 0.4), .flatten(images),
      ]
      if case .convolution(let geometry, _) = convolution, backend.canFuse(.relu, into: convolution) {
        operations.append(.convolution(geometry, activation: .relu))
      }
      for operation in operations {
        let trial = Trial(operation: operation, precision: .float64, seed: seed, index: index)
        examine(trial, &report, compareWithDifferences)
      }
    }
  }

  private func compareWithDifferences(_ trial: Trial, _ report: inout CheckReport) throws {
    let kernelCase = trial.distinct()
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    // Operations are linear in each single number, except at kinks. Inputs are at least 1 apart and away from 0, so a
    // large step, which has less rounding, does not reach one. If a sum is rectified, the step has to be small.
    let step = trial.operation.rectifiesSums ? 0x1p-20 : 0.25
    let tolerance = trial.operation.rectifiesSums ? 1e-6 : 1e-10
    var predicted = kernelCase
    predicted.use = .prediction
    differentiate(
      outcome, of: predicted, step: step, allowed: { _, largest in tolerance * (largest * 1e3) }, trial,
      &report)
  }

  /// Compares the gradients of a case with central differences, for a sample of elements spread over each tensor.
  ///
  /// The error allowed depends on the difference and on the largest magnitude of the gradient, but at least 1.
  func differentiate(
    _ outcome: KernelOutcome, of kernelCase: KernelCase, samples: Int = 16, step: Double,
    allowed: (_ difference: Double, _ largest: Double) -> Double, _ trial: Trial, _ report: inout CheckReport
  ) {
    for gradient in outcome.tensors {
      guard let variable = gradient.role.variable else { continue }
      let elements = gradient.values.elements
      let largest = elements.reduce(1) { max($0, abs($1)) }
      for element in stride(from: 0, to: elements.count, by: max(elements.count / samples, 1)) {
        func objective(_ change: Double) -> Double {
          var changed = kernelCase
          changed[keyPath: variable].elements[element] += change
          guard let output = try? harness.run(changed).values(.output) else { return .nan }
          return inner(output, kernelCase.outputGradient)
        }
        let difference = (objective(step) - objective(-step)) / (2 * step)
        report.count([difference], of: "\(trial.operation.name), \(gradient.role.rawValue)")
        guard !(abs(difference - elements[element]) <= allowed(difference, largest)) else { continue }
        report.fail(
          "\(subject(trial)), \(gradient.role.rawValue)",
          "\(elements[element]) at element \(element), where the finite difference is \(difference)")
      }
    }
  }
}

extension ComputedTensor.Role {
  /// The operand that a gradient belongs to; nil for the output.
  fileprivate var variable: WritableKeyPath<KernelCase, Tensor<Double>>? {
    switch self {
    case .output: nil
    case .inputGradient: \.input
    case .weightGradient: \.parameters[0]
    case .biasGradient: \.parameters[1]
    }
  }
}

extension TensorOperation {
  fileprivate var rectifiesSums: Bool {
    if case .convolution(_, activation: .relu) = self { true } else { false }
  }
}

/// The sum of the products of both tensors' elements.
func inner(_ left: Tensor<Double>, _ right: Tensor<Double>) -> Double {
  zip(left.elements, right.elements).reduce(0) { $0 + $1.0 * $1.1 }
}
