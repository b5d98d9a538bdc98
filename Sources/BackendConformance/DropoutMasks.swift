import Backends
import Operations
import Tensors

extension Conformance {
  /// The mask from its definition: Philox at the element's place in the whole batch, forward and backward, and
  /// for every way to divide the batch.
  func checkDropoutMasks(_ report: inout ConformanceReport) throws {
    // 45 elements an image: images do not start where blocks of four random numbers do.
    let image = [5, 3, 3]
    for probability in [0, 0.1, 0.5, 1] {
      for images in [0..<7, 0..<3, 3..<7, 6..<7] {
        for (arrival, inPlace) in [(KernelCase.Arrival.plain, false), (.fromConvolution, true)] {
          let shape = Shape([images.count] + image)
          let pass = Pass(isTraining: true, seed: seed &+ (7 << 32), step: 11, firstImage: images.lowerBound)
          let kernelCase = KernelCase(
            .dropout(shape, probability: probability), input: ramp(shape), outputGradient: ramp(shape),
            pass: pass, layerIndex: 5, arrival: arrival, inPlace: inPlace)
          compareMask(kernelCase, probability, &report)
          var prediction = kernelCase
          prediction.pass.isTraining = false
          guard let outcome = outcome(prediction, &report) else { continue }
          expectEqual(outcome.output, prediction.input, subject(prediction) + ", prediction", &report)
        }
      }
    }
  }

  private func compareMask(
    _ kernelCase: KernelCase, _ probability: Double, _ report: inout ConformanceReport
  ) {
    guard let outcome = outcome(kernelCase, &report) else { return }
    let expected = Tensor(
      shape: kernelCase.input.shape,
      elements: kernelCase.input.elements.enumerated().map { place, x in
        isDropped(place, kernelCase, probability) ? 0 : x / (1 - probability)
      })
    for (name, tensor) in outcome.tensors {
      report.count(expected.elements)
      // One rounding of the scale and one of the product; what is dropped must be 0.
      let difference = Comparison.bounded(
        tensor, expected, magnitudes: expected.map { abs($0) }, ErrorBound(terms: 1))
      guard let difference else { continue }
      report.fail("\(subject(kernelCase)), \(name)", "\(difference)")
    }
  }

  private func isDropped(_ place: Int, _ kernelCase: KernelCase, _ probability: Double) -> Bool {
    let shape = kernelCase.input.shape
    let element = kernelCase.pass.firstImage * (shape.elementCount / shape[0]) + place
    let words = Philox(seed: kernelCase.pass.seed).block(
      at: SIMD4(UInt32(element / 4), 0, UInt32(kernelCase.layerIndex), UInt32(kernelCase.pass.step)))
    return Double(words[element % 4]) < (probability * 0x1p32).rounded(.towardZero)
  }

  /// The numbers 1, 2, 3 and so on.
  private func ramp(_ shape: Shape) -> Tensor<Double> {
    Tensor(shape: shape, elements: (0..<shape.elementCount).map { Double($0 + 1) })
  }
}
