import Backends
import Operations
import Tensors

extension Conformance {
  /// The sigmoid against the reference in Double, for numbers of all magnitudes, NaN and infinities, and its
  /// gradient against central differences.
  ///
  /// With u the unit roundoff of float32 and s that of the type that a tensor is stored in, 0 for float32, the relative
  /// error of an output may be e = 8 u + s: an exponential, a sum and a quotient in float32, each off by a unit or two.
  /// This also holds far below 0, where 1 + exp(−x) has lost all digits of the 1. A gradient ∂y · y · (1 − y) that is
  /// computed from such an output has that error and additional roundings: its error may be e · (|∂y| · y + |∂x|).
  /// Results below the smallest normal number, 2⁻¹²⁶, may be 0.
  func checkSigmoid(_ report: inout CheckReport) throws {
    let shapes: [Shape] = [
      [2, 1, 3, 5], [2, 17, 3, 5], [3, 6, 14, 14], [1, 16, 5, 7], [2, 19, 47, 41], [7, 33], [1, 1],
      [3, 4, 5],
    ]
    for index in steps(shapes.count, of: .sigmoid) {
      let trials = Trial.all(
        of: .sigmoid(shapes[index]), precisions, [.training, .prediction], seed: seed, index: index)
      for var trial in trials {
        trial.inPlace = index % 2 == 1
        for scale in [1.0, 8, 60] {
          examine(trial, &report) { try compareSigmoid($0, scale: scale, &$1) }
        }
        examine(trial, &report, compareNonFiniteSigmoid)
      }
    }
    differentiateSigmoid(&report)
  }

  private func compareSigmoid(_ trial: Trial, scale: Double, _ report: inout CheckReport) throws {
    var kernelCase = trial.normals()
    kernelCase.input = kernelCase.input.map { $0 * scale }.rounded(to: trial.precision.activationType)
    try expectSigmoid(kernelCase, trial, &report)
  }

  /// Numbers at which exponentials overflow or vanish, NaN and infinities.
  private func compareNonFiniteSigmoid(_ trial: Trial, _ report: inout CheckReport) throws {
    let numbers: [Double] = [
      .nan, .infinity, -.infinity, 0, -0.0, 0x1p-126, -0x1p-126, 17, -17, 60, -60, 88, -88, 89, -89, 104,
      -104, 710,
      -710, 0x1p127, -0x1p127,
    ]
    let type = trial.precision.activationType
    var kernelCase = trial.normals()
    let positions = kernelCase.input.elements.indices
    kernelCase.input.elements = positions.map { numbers[$0 % numbers.count] }
    kernelCase.input = kernelCase.input.rounded(to: type)
    // A NaN gradient stays NaN.
    kernelCase.outputGradient.elements[(3 + trial.index) % positions.count] = .nan
    try expectSigmoid(kernelCase, trial, &report)
  }

  private func expectSigmoid(_ kernelCase: KernelCase, _ trial: Trial, _ report: inout CheckReport) throws {
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try reference.run(kernelCase.inDouble)
    guard let outputs = expected.values(.output) else { return }
    for computed in actual.tensors {
      guard let exact = expected.values(computed.role) else { continue }
      report.count(exact.elements, of: "sigmoid, \(computed.role.rawValue)")
      let stored = computed.elementType == .float32 ? 0 : computed.elementType.unitRoundoff
      let relative = 8 * ElementType.float32.unitRoundoff + stored
      for (element, (value, right)) in zip(computed.values.elements, exact.elements).enumerated() {
        let gradient = computed.role == .output ? 0 : abs(kernelCase.outputGradient.elements[element])
        let magnitude = abs(right) + gradient * outputs.elements[element]
        let allowed = relative * magnitude + 0x1p-126 * max(gradient, 1)
        guard !(abs(value - right) <= allowed || value.isNaN && right.isNaN) else { continue }
        return report.fail(
          "\(subject(trial)), \(computed.role.rawValue)",
          "\(Self.text(value)) instead of \(Self.text(right)) at element \(element), where the input is "
            + Self.text(kernelCase.input.elements[element]))
      }
    }
  }

  /// The sign of NaN is meaningless.
  private static func text(_ number: Double) -> String { number.isNaN ? "NaN" : "\(number)" }

  /// The error of central differences is of the order of the step squared.
  private func differentiateSigmoid(_ report: inout CheckReport) {
    let trial = Trial(operation: .sigmoid([3, 7]), precision: .float64, seed: seed, index: 0)
    let kernelCase = trial.normals()
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    differentiate(outcome, of: kernelCase, step: 1e-4, allowed: { _, _ in 1e-7 }, trial, &report)
  }
}
