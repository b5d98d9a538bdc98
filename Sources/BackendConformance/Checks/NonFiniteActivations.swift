import Backends
import Operations
import Tensors

extension Conformance {
  /// NaN, infinities and denormals as PyTorch treats them: each row of the images holds the same non-finite numbers.
  func checkNonFiniteActivations(_ report: inout CheckReport) throws {
    for precision in precisions {
      for channels in [1, 17] {
        for arrival in KernelCase.Arrival.allCases {
          let make: (TensorOperation) -> Trial = { operation in
            Trial(operation: operation, precision: precision, arrival: arrival, seed: seed, index: channels)
          }
          try checkNonFiniteReLU(channels, make, &report)
          try checkNonFinitePooling(channels, make, &report)
          checkNonFiniteDropout(channels, make, &report)
        }
      }
    }
    try checkNonFiniteWindows(&report)
  }

  /// Poolings of all shapes over planes full of non-finite numbers, against the reference.
  private func checkNonFiniteWindows(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 8)
    let overlapping = try PoolingGeometry(
      input: [2, 33, 12, 12], window: SlidingWindow(kernel: 3, stride: 2))
    for index in steps(size.shapes, of: .nonFiniteActivations) {
      for operation in [.maxPooling(overlapping), shapes.maxPooling(with: .inTurn(index))] {
        for trial in Trial.all(of: operation, precisions, [.training, .prediction], seed: seed, index: index)
        {
          examine(trial, &report, compareNonFiniteWindows)
        }
      }
    }
  }

  private func compareNonFiniteWindows(_ trial: Trial, _ report: inout CheckReport) throws {
    let tiny = trial.precision == .bfloat16 ? 0x1p-126 : 0x1p-149
    // Most are finite, so that enough windows are without NaN.
    let choices: [Double] = [
      .nan, .infinity, -.infinity, -.infinity, -.infinity, -.infinity, -0.0, 0, -1, -1, -2, -3, tiny,
      2 * tiny,
      -tiny, 1,
    ]
    var kernelCase = trial.integers(run: 0)
    var numbers = RandomNumbers(seed: seed, index: trial.index)
    kernelCase.input = numbers.integers(kernelCase.input.shape, in: 0...(choices.count - 1))
      .map { choices[Int($0)] }
    if let last = kernelCase.outputGradient.elements.indices.last {
      kernelCase.outputGradient.elements[last] = .infinity
    }
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    for (actual, expected) in zip(actual.tensors, try reference.run(kernelCase.inDouble).tensors) {
      expectEqual(actual, expected.values, trial, &report)
    }
  }

  /// NaN is kept and its gradient passed; at 0 there is no gradient.
  private func checkNonFiniteReLU(
    _ channels: Int, _ make: (TensorOperation) -> Trial, _ report: inout CheckReport
  ) throws {
    // The smallest number above 0; the CPU's bfloat16 instructions treat denormals as 0.
    let tiny = make(.relu([1])).precision == .bfloat16 ? 0x1p-126 : 0x1p-149
    let row: [Double] = [.nan, .infinity, -.infinity, -0.0, 0, 1, -1, tiny]
    let images = Shape(2, channels, 3, row.count)
    // A blocked gradient is 0 whatever arrives: it is selected, not multiplied.
    let gradient: [Double] = [1, 2, .infinity, 4, .nan, 6, -.infinity, 8]
    compare(
      make(.relu(images)), input: rows(row, images), outputGradient: rows(gradient, images),
      output: rows([.nan, .infinity, 0, 0, 0, 1, 0, tiny], images),
      inputGradient: rows([1, 2, 0, 0, 0, 6, 0, 8], images), &report)
  }

  /// NaN wins, and the last one takes the gradient; with ties the first maximum takes it; −∞ may be the maximum.
  private func checkNonFinitePooling(
    _ channels: Int, _ make: (TensorOperation) -> Trial, _ report: inout CheckReport
  ) throws {
    let row: [Double] = [
      1, .nan, 2, .nan, 5, .nan, -.infinity, -.infinity, -.infinity, .infinity, 3, .infinity, -.infinity, -2,
      -5,
    ]
    let images = Shape(2, channels, 3, row.count)
    let window = try SlidingWindow(kernel: Extent2D(1, 3), stride: Extent2D(1, 3))
    let geometry = try PoolingGeometry(input: images, window: window)
    compare(
      make(.maxPooling(geometry)), input: rows(row, images),
      outputGradient: rows([1, 2, 3, 4, 5], geometry.outputShape),
      output: rows([.nan, .nan, -.infinity, .infinity, -2], geometry.outputShape),
      inputGradient: rows([0, 1, 0, 0, 0, 2, 3, 0, 0, 4, 0, 0, 0, 5, 0], images), &report)
  }

  /// Dropped elements are multiplied by 0, so NaN stays NaN everywhere.
  private func checkNonFiniteDropout(
    _ channels: Int, _ make: (TensorOperation) -> Trial, _ report: inout CheckReport
  ) {
    let images = Shape(2, channels, 3, 5)
    let lost = Tensor(shape: images, repeating: Double.nan)
    compare(
      make(.dropout(images, probability: 0.5)), input: lost, outputGradient: lost, output: lost,
      inputGradient: lost, &report)
  }

  private func compare(
    _ trial: Trial, input: Tensor<Double>, outputGradient: Tensor<Double>, output: Tensor<Double>,
    inputGradient: Tensor<Double>, _ report: inout CheckReport
  ) {
    let kernelCase = KernelCase(
      trial.operation, precision: trial.precision, input: input, outputGradient: outputGradient,
      arrival: trial.arrival)
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    for tensor in outcome.tensors {
      expectEqual(tensor, tensor.role == .output ? output : inputGradient, trial, &report)
    }
  }

  private func rows(_ row: [Double], _ shape: Shape) -> Tensor<Double> {
    Tensor(shape: shape, elements: (0..<shape.elementCount).map { row[$0 % row.count] })
  }
}
