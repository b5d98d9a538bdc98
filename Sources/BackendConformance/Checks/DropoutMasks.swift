import Backends
import Operations
import Tensors

extension Conformance {
  /// The mask from its definition: Philox at the element's index in the whole batch, forward and backward, and for
  /// every way to divide the batch.
  func checkDropoutMasks(_ report: inout CheckReport) throws {
    // With 45 elements per image, images do not start at the beginning of a block of four random numbers.
    let image = [5, 3, 3]
    for precision in precisions {
      for probability in [0, 0.1, 0.3, 0.5, 1] {
        for images in [0..<7, 0..<3, 3..<7, 6..<7] {
          compare(image, images, probability, precision, &report)
        }
      }
      // More than one block of channels; the output of a dense layer; more than 65,536 elements.
      for image in [[16, 3, 5], [33, 7, 3], [45], [35, 41, 47]] {
        compare(image, 1..<3, 0.3, precision, &report)
      }
    }
  }

  private func compare(
    _ image: [Int], _ images: Range<Int>, _ probability: Double, _ precision: Precision,
    _ report: inout CheckReport
  ) {
    let arrivals: [(KernelCase.Arrival, inPlace: Bool)] = [(.plain, false), (.fromConvolution, true)]
    for (arrival, inPlace) in arrivals {
      let trial = Trial(
        operation: .dropout(Shape(image).batched(images.count), probability: probability),
        precision: precision,
        arrival: arrival, inPlace: inPlace, seed: seed, index: images.lowerBound)
      compareMask(trial, probability, &report)
      comparePrediction(trial, &report)
    }
  }

  private func dropoutCase(_ trial: Trial, isTraining: Bool) -> KernelCase {
    let context = RunContext(
      isTraining: isTraining, seed: seed &+ (7 << 32), step: 70_011, firstImage: trial.index)
    let numbers = ramp(trial.operation.inputShape)
    return KernelCase(
      trial.operation, precision: trial.precision, input: numbers, outputGradient: numbers, context: context,
      layerIndex: 5, arrival: trial.arrival, inPlace: trial.inPlace)
  }

  private func comparePrediction(_ trial: Trial, _ report: inout CheckReport) {
    let kernelCase = dropoutCase(trial, isTraining: false)
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    for tensor in outcome.tensors { expectEqual(tensor, kernelCase.input, trial, &report) }
  }

  private func compareMask(_ trial: Trial, _ probability: Double, _ report: inout CheckReport) {
    let kernelCase = dropoutCase(trial, isTraining: true)
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    let expected = Tensor(
      shape: kernelCase.input.shape,
      elements: kernelCase.input.elements.enumerated().map { position, x in
        isDropped(position, kernelCase, probability) ? 0 : x / (1 - probability)
      })
    for tensor in outcome.tensors {
      report.count(expected.elements, of: "dropout, \(tensor.role.rawValue)")
      // One rounding of the scale and one of the product; dropped elements must be 0.
      let difference = Comparison.bounded(
        tensor.values, expected, magnitudes: expected.map { abs($0) },
        ErrorBound(terms: 1, storedAs: tensor.elementType))
      guard let difference else { continue }
      report.fail("\(subject(trial)), \(tensor.role.rawValue)", "\(difference)", difference)
    }
  }

  private func isDropped(_ position: Int, _ kernelCase: KernelCase, _ probability: Double) -> Bool {
    let shape = kernelCase.input.shape
    let element = kernelCase.context.firstImage * (shape.elementCount / shape[0]) + position
    let words = Philox(seed: kernelCase.context.seed).block(
      at: SIMD4(UInt32(element / 4), 0, UInt32(kernelCase.layerIndex), UInt32(kernelCase.context.step)))
    return Double(words[element % 4]) < (probability * 0x1p32).rounded(.towardZero)
  }

  /// The numbers 1, 2, 3 and so on up to 200, repeatedly; all are exact in bfloat16.
  private func ramp(_ shape: Shape) -> Tensor<Double> {
    Tensor(shape: shape, elements: (0..<shape.elementCount).map { Double($0 % 200 + 1) })
  }
}
