import Backends
import Operations
import Tensors

extension Conformance {
  /// Softmax along each axis against the reference in Double, with scores of ±10⁴ among the random ones, with NaN
  /// and −∞; and its gradient against central differences.
  ///
  /// Outputs are between 0 and 1, gradients of that order. Where sums and exponentials are computed in double precision
  /// or with care, the error is a few roundings of float32, which 10⁻⁶ covers.
  func checkSoftmax(_ report: inout CheckReport) throws {
    let shapes: [(Shape, axis: Int)] = [
      ([3, 7], 1), ([2, 5, 3], 1), ([2, 5, 3], 2), ([2, 17, 3, 2], 1), ([1, 3, 4, 5], 3), ([3, 10], 1),
      ([2, 33], 1), ([1, 1000], 1),
    ]
    for (index, (shape, axis)) in shapes.enumerated() {
      let operation = TensorOperation.softmax(try SoftmaxGeometry(input: shape, axis: axis))
      for arrival in KernelCase.Arrival.allCases {
        let trial = Trial(operation: operation, arrival: arrival, seed: seed, index: index)
        for scale in [1.0, 1e4] { try compareSoftmax(trial, &report) { $0.map { $0 * scale } } }
        try compareSoftmax(trial, &report) { scores in
          var hostile = scores
          hostile.elements[0] = .nan
          hostile.elements[scores.elements.count - 1] = -.infinity
          return hostile
        }
      }
      guard shape.elementCount <= 204 else { continue }
      differentiateSoftmax(
        Trial(operation: operation, precision: .float64, seed: seed, index: index), &report)
    }
  }

  private func compareSoftmax(
    _ trial: Trial, _ report: inout CheckReport, _ change: (Tensor<Double>) -> Tensor<Double>
  ) throws {
    var kernelCase = trial.normals()
    kernelCase.input = change(kernelCase.input).map { Double(Float($0)) }
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try reference.run(kernelCase.inDouble).tensors
    for (computed, exact) in zip(actual.tensors, expected) {
      report.count(exact.values.elements, of: "softmax, \(exact.role.rawValue)")
      for (element, (value, right)) in zip(computed.values.elements, exact.values.elements).enumerated()
      where !(abs(value - right) <= 1e-6 * max(1, abs(right)) || value.isNaN && right.isNaN) {
        report.fail(
          "\(subject(trial)), \(computed.role.rawValue)", "\(value) instead of \(right) at element \(element)"
        )
      }
    }
  }

  /// The error of central differences is of the order of the step squared.
  private func differentiateSoftmax(_ trial: Trial, _ report: inout CheckReport) {
    let kernelCase = trial.normals()
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    differentiate(
      outcome, of: kernelCase, samples: .max, step: 1e-4, allowed: { _, _ in 1e-7 }, trial, &report)
  }
}
