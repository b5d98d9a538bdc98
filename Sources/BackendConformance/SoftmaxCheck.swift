import Backends
import Operations
import Tensors

extension Conformance {
  /// Softmax along each axis against the reference in Double, with scores of ±10⁴ among the random ones.
  ///
  /// Outputs lie between 0 and 1 and gradients near it. Where sums and exponentials are taken in double precision
  /// or with care, the result is off by a few roundings of float32, for which 10⁻⁶ has room.
  func checkSoftmax(_ report: inout ConformanceReport) throws {
    let shapes: [(Shape, axis: Int)] = [
      ([3, 7], 1), ([2, 5, 3], 1), ([2, 5, 3], 2), ([2, 17, 3, 2], 1), ([1, 3, 4, 5], 3),
    ]
    for (index, (shape, axis)) in shapes.enumerated() {
      for scale in [1.0, 1e4] {
        for arrival in KernelCase.Arrival.allCases {
          try compareSoftmax(shape, axis, scale, index: index, arrival, &report)
        }
      }
    }
    try checkSoftmaxGradient(&report)
  }

  /// The gradient against central differences in float64, whose error is of the order of the step's square.
  private func checkSoftmaxGradient(_ report: inout ConformanceReport) throws {
    let shape: Shape = [2, 4, 3]
    var numbers = RandomNumbers(seed: seed, index: 0)
    let weights = numbers.normal(shape)
    let kernelCase = KernelCase(
      .softmax(try SoftmaxGeometry(input: shape, axis: 1)), precision: .float64, input: numbers.normal(shape),
      outputGradient: weights)
    guard let gradient = outcome(kernelCase, &report)?.inputGradient else { return }
    let step = 1e-4
    for place in gradient.elements.indices {
      func objective(_ change: Double) -> Double {
        var changed = kernelCase
        changed.input.elements[place] += change
        let output = outcome(changed, &report)?.output.elements ?? []
        return zip(output, weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let difference = (objective(step) - objective(-step)) / (2 * step)
      report.count([difference])
      guard !(abs(difference - gradient.elements[place]) <= 1e-7) else { continue }
      report.fail(
        subject(kernelCase),
        "\(gradient.elements[place]) at element \(place), where the finite difference is \(difference)")
    }
  }

  private func compareSoftmax(
    _ shape: Shape, _ axis: Int, _ scale: Double, index: Int, _ arrival: KernelCase.Arrival,
    _ report: inout ConformanceReport
  ) throws {
    var numbers = RandomNumbers(seed: seed, index: index)
    let scores = numbers.normal(shape).map { Double(Float($0 * scale)) }
    let kernelCase = KernelCase(
      .softmax(try SoftmaxGeometry(input: shape, axis: axis)), input: scores,
      outputGradient: numbers.normal(shape), arrival: arrival)
    guard let actual = outcome(kernelCase, &report) else { return }
    var exactCase = kernelCase
    exactCase.precision = .float64
    exactCase.arrival = .plain
    let expected = try reference.run(exactCase).tensors
    for (computed, exact) in zip(actual.tensors, expected) {
      report.count(exact.tensor.elements)
      for (place, (value, right)) in zip(computed.tensor.elements, exact.tensor.elements).enumerated()
      where !(abs(value - right) <= 1e-6 * max(1, abs(right))) {
        report.fail(
          "\(subject(kernelCase)), \(computed.name)", "\(value) instead of \(right) at element \(place)")
      }
    }
  }
}
