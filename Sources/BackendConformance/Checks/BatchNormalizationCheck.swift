import Backends
import Operations
import Tensors

extension Conformance {
  /// Batch normalization against the reference in Double, and in float64 its gradients against central differences.
  ///
  /// It is checked in training, in a non-training pass of a kernel for training, and in prediction: for equality if all
  /// numbers are exact, otherwise within ``NormalizationBound``. Kernels that compute a part of a batch must give the
  /// same result with two parts and with three.
  func checkBatchNormalization(_ report: inout CheckReport) throws {
    try checkExactNormalization(&report)
    var generated = GeneratedShapes(seed: seed &+ 9, largest: 20_000)
    let known: [Shape] = [
      [2, 3, 4, 5], [1, 16, 7, 3], [5, 17, 6, 6], [4, 33, 1, 1], [3, 8, 2, 9], [2, 40, 13, 11], [7, 1, 3, 3],
      [2, 1, 1, 1],
    ]
    for index in steps(max(size.shapes / 2, known.count), of: .batchNormalization) {
      let shape = index < known.count ? known[index] : generated.batchOfChannels()
      let (epsilon, momentum) = [(1e-5, 0.1), (1e-3, 0.3), (0.5, 1.0), (1e-5, 0.0)][index % 4]
      let operation = TensorOperation.batchNormalization(
        try BatchNormalizationGeometry(input: shape, epsilon: epsilon, momentum: momentum))
      for var trial in Trial.all(of: operation, precisions, seed: seed, index: index) {
        trial.inPlace = trial.use == .prediction
        for numbers in NormalizedNumbers.allCases {
          examine(trial, &report) { trial, report in try compare(trial, numbers, &report) }
        }
      }
      guard shape.elementCount <= 200 else { continue }
      examine(
        Trial(operation: operation, precision: .float64, seed: seed, index: index), &report, differentiate)
    }
  }

  private func compare(_ trial: Trial, _ numbers: NormalizedNumbers, _ report: inout CheckReport) throws {
    guard case .batchNormalization(let geometry) = trial.operation else { return }
    let isOfBatch = trial.use != .prediction && numbers != .byRunningStatistics
    // A single value has no variance; a network never calls a kernel with one.
    guard !isOfBatch || geometry.valuesPerChannel > 1 else { return }
    let kernelCase = numbers.kernelCase(trial, geometry, isOfBatch: isOfBatch)
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try reference.harness.run(kernelCase.inDouble)
    let bound = NormalizationBound(kernelCase, geometry)
    compare(actual, expected, bound, trial, "\(numbers)", &report)
    guard isOfBatch, geometry.batch > 1 else { return }
    for partSize in Set([2, 3].map { (geometry.batch + $0 - 1) / $0 }).sorted(by: >) {
      guard let outcome = try harness.run(kernelCase, inPartsOf: partSize) else {
        return report.skip("its batch normalization needs whole batches, not parts")
      }
      for defect in outcome.defects { report.fail("\(subject(trial)), in parts of \(partSize)", defect) }
      compare(outcome, expected, bound, trial, "\(numbers), in parts of \(partSize)", &report)
    }
  }

  private func compare(
    _ actual: KernelOutcome, _ expected: KernelOutcome, _ bound: NormalizationBound, _ trial: Trial,
    _ numbers: String, _ report: inout CheckReport
  ) {
    for (computed, exact) in zip(actual.tensors, expected.tensors) {
      report.count(exact.values.elements, of: "batch normalization, \(computed.role.rawValue)")
      let wrong = firstDifference(computed.values, exact.values) { element, right in
        bound.allowed(computed.role, element: element, right, storedAs: computed.elementType)
      }
      if let wrong { report.fail("\(subject(trial)), \(computed.role.rawValue)", "\(numbers): \(wrong)") }
    }
    for (index, state) in trial.operation.state.enumerated() {
      report.count(expected.state[index].elements, of: "batch normalization, \(state.name)")
      let wrong = firstDifference(actual.state[index], expected.state[index]) { channel, _ in
        state.isCount ? 0 : bound.allowed(state: index, channel: channel)
      }
      if let wrong { report.fail("\(subject(trial)), \(state.name)", "\(numbers): \(wrong)") }
    }
  }

  private func firstDifference(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, allowed: (_ element: Int, _ right: Double) -> Double
  ) -> String? {
    for (element, (value, right)) in zip(actual.elements, expected.elements).enumerated() {
      guard right.isFinite else {
        if value == right || value.isNaN && right.isNaN { continue }
        return "\(value) instead of \(right) at element \(element)"
      }
      let allowed = allowed(element, right)
      guard !(abs(value - right) <= allowed) else { continue }
      return "\(value) instead of \(right) at element \(element), where \(allowed) is allowed"
    }
    return nil
  }

  // MARK: Finite differences

  /// The gradient of ⟨output, g⟩ by central differences, whose error is of the order of the step squared.
  private func differentiate(_ trial: Trial, _ report: inout CheckReport) throws {
    // With few values per channel, a normalized value jumps from −1 to 1 within a few √ε.
    guard case .batchNormalization(let geometry) = trial.operation, geometry.valuesPerChannel > 4 else {
      return
    }
    var kernelCase = trial.normals()
    for isTraining in [true, false] {
      kernelCase.context.isTraining = isTraining
      guard let outcome = outcome(kernelCase, trial, &report) else { return }
      differentiate(
        outcome, of: kernelCase, step: 1e-4, allowed: { difference, _ in 1e-5 * max(1, abs(difference)) },
        trial, &report)
    }
  }
}
