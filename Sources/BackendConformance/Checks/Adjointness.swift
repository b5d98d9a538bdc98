import Operations
import Tensors

extension Conformance {
  /// ⟨conv x, y⟩ = ⟨x, ∂x⟩ = ⟨w, ∂w⟩ for a convolution without bias and the output gradient y.
  ///
  /// It is linear in x and in w. With small integers all three are exact, except for an algorithm whose transforms
  /// round, such as Winograd's: all three are sums of the same terms x·w·y, so its errors are relative to the sum of
  /// their magnitudes.
  func checkAdjointness(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 3)
    for index in steps(size.shapes, of: .adjointness) {
      for operation in [
        shapes.convolution(with: .inTurn(index), hasBias: false), shapes.tiledConvolution(hasBias: false),
      ] {
        for arrival in KernelCase.Arrival.allCases {
          let trial = Trial(operation: operation, arrival: arrival, seed: seed, index: index)
          examine(trial, &report, compareProducts)
        }
      }
    }
  }

  private func compareProducts(_ trial: Trial, _ report: inout CheckReport) throws {
    let kernelCase = trial.integers(run: 0)
    guard let outcome = outcome(kernelCase, trial, &report), let output = outcome.values(.output),
      let weightGradient = outcome.values(.weightGradient), let inputGradient = outcome.values(.inputGradient)
    else { return }
    let products = [
      inner(output, kernelCase.outputGradient), inner(kernelCase.input, inputGradient),
      inner(kernelCase.parameters[0], weightGradient),
    ]
    report.count(products, of: "inner products")
    var allowed = 0.0
    if let relative = outcome.algorithm?.relativeError {
      let magnitudes = kernelCase.inDouble.magnitudes()
      let output = try reference.run(magnitudes).values(.output)
      allowed = relative * (output.map { inner($0, magnitudes.outputGradient) } ?? 0)
    }
    guard !products.allSatisfy({ abs($0 - products[0]) <= allowed }) else { return }
    report.fail(subject(trial), "⟨conv x, y⟩, ⟨x, convᵀ y⟩ and ⟨w, ∂w⟩ differ: \(products)")
  }
}
