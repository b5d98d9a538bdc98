import Backends
import Operations
import Tensors

extension Conformance {
  /// Small integers: all products and sums are exact in float32, in whatever order they are taken, and so every
  /// backend gives the same bits as the reference in Double (the method of oneDNN's benchdnn).
  func checkExactIntegers(_ report: inout ConformanceReport) throws {
    var shapes = GeneratedShapes(seed: seed)
    for index in 0..<caseCount {
      let convolution = shapes.convolution()
      var operations = [convolution, shapes.maxPooling(), shapes.dense(), .relu(shapes.images())]
      operations.append(.flatten(shapes.images()))
      if case .convolution(let geometry, _) = convolution, backend.canFuse(.relu, into: convolution) {
        operations.append(.convolution(geometry, activation: .relu))
      }
      for operation in operations {
        for arrival in KernelCase.Arrival.allCases {
          let inPlace = arrival == .fromConvolution
          try compareExactly(operation, index: index, arrival: arrival, inPlace: inPlace, &report)
        }
      }
    }
    checkNotVacuous(&report)
  }

  func checkExactIntegersOfNiN(_ report: inout ConformanceReport) throws {
    for (index, operation) in try NetworkShapes.nin().enumerated() {
      // A mean is not exact in general; it is compared among the random numbers.
      if case .averagePooling = operation { continue }
      try compareExactly(operation, index: index, arrival: .plain, inPlace: false, &report)
    }
    checkNotVacuous(&report)
  }

  private func compareExactly(
    _ operation: Operation, index: Int, arrival: KernelCase.Arrival, inPlace: Bool,
    _ report: inout ConformanceReport
  ) throws {
    var numbers = RandomNumbers(seed: seed, index: index)
    var kernelCase = KernelCase(
      operation, input: numbers.integers(operation.inputShape, in: -4...4),
      parameters: operation.parameters.map { numbers.integers($0.shape, in: -4...4) },
      outputGradient: numbers.integers(operation.outputShape, in: -4...4), arrival: arrival, inPlace: inPlace)
    guard let actual = outcome(kernelCase, &report) else { return }
    let subject = subject(kernelCase)
    kernelCase.precision = .float64
    kernelCase.arrival = .plain
    let expected = try reference.run(kernelCase)
    for (actual, expected) in zip(actual.tensors, expected.tensors) {
      expectEqual(actual.tensor, expected.tensor, "\(subject), \(expected.name)", &report)
    }
  }

  /// Zeros are equal too easily.
  private func checkNotVacuous(_ report: inout ConformanceReport) {
    guard report.zeros * 4 > report.compared * 3 else { return }
    report.fail("seed \(seed)", "\(report.zeros) of \(report.compared) elements compared are zeros")
  }
}
