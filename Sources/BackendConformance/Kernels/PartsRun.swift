import Backends
import Operations
import Tensors

extension KernelHarness {
  /// Runs a batch in parts, each with a separate kernel, as a network trains.
  ///
  /// Between the passes it adds up the sums of all parts and gives the totals to each kernel.
  ///
  /// - Parameters:
  ///   - kernelCase: The operation and its numbers, for training.
  ///   - partSize: The number of images of a part; the last may have fewer.
  /// - Returns: The results of the whole batch, with the violations of all kernels; nil if the kernels do not conform
  ///   to `BatchStatisticsKernel`.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  func run(_ kernelCase: KernelCase, inPartsOf partSize: Int) throws -> KernelOutcome? {
    let images = kernelCase.input.shape[0]
    let cases = try stride(from: 0, to: images, by: partSize).map { first in
      try kernelCase.part(first..<min(first + partSize, images))
    }
    let runs = try cases.map(prepare)
    guard runs.allSatisfy(\.takesBatchStatistics) else { return nil }
    func addUp(_ statistic: BatchStatistic, _ sum: (Int) throws -> [Double]) rethrows {
      var total: [Double] = []
      for part in runs.indices {
        let sums = try sum(part)
        total = total.isEmpty ? sums : zip(total, sums).map(+)
      }
      for (part, run) in runs.enumerated() {
        run.take(statistic, from: total, images: images, updatesState: part == 0)
      }
    }

    for (run, part) in zip(runs, cases) { try run.begin(part) }
    for statistic in [BatchStatistic.mean, .variance] { addUp(statistic) { runs[$0].sum(statistic) } }
    let state = try runs[0].currentState()
    var tensors = [try runs.indices.map { try runs[$0].forward(cases[$0].context) }.stacked()]
    var gradients: [[ComputedTensor]] = []
    try addUp(.gradients) { part in
      let (sums, tensors) = try runs[part].gradientSums(cases[part])
      gradients.append(tensors)
      return sums
    }
    tensors += gradients[0].indices.map { index in gradients.map { $0[index] }.added() }
    if kernelCase.use == .training {
      tensors.append(try runs.indices.map { try runs[$0].backwardToInput(cases[$0].context) }.stacked())
    }
    return KernelOutcome(
      tensors: tensors, state: state, implementation: runs[0].implementation, algorithm: nil,
      defects: runs.enumerated().flatMap { part, run in
        run.end(mayUpdateState: part == 0).map { "part \(part): \($0)" }
      })
  }
}

extension KernelCase {
  /// The case of some of the images.
  fileprivate func part(_ images: Range<Int>) throws -> KernelCase {
    var part = self
    part.operation = try operation.withBatch(images.count)
    part.input = input.images(images)
    part.outputGradient = outputGradient.images(images)
    part.context.firstImage += images.lowerBound
    part.context.hasBatchStatistics = true
    return part
  }
}

extension Tensor<Double> {
  fileprivate func images(_ images: Range<Int>) -> Tensor<Double> {
    let count = shape.elementCount / shape[0]
    return Tensor(
      shape: shape.withBatch(images.count),
      elements: Array(elements[images.lowerBound * count..<images.upperBound * count]))
  }
}

extension [ComputedTensor] {
  /// The images of all parts, in order.
  fileprivate func stacked() -> ComputedTensor {
    let shape = self[0].values.shape.withBatch(reduce(0) { $0 + $1.values.shape[0] })
    return ComputedTensor(
      role: self[0].role, values: Tensor(shape: shape, elements: flatMap(\.values.elements)),
      elementType: self[0].elementType)
  }

  /// The sum over all parts, element by element.
  fileprivate func added() -> ComputedTensor {
    let sums = dropFirst().reduce(self[0].values.elements) { zip($0, $1.values.elements).map(+) }
    return ComputedTensor(
      role: self[0].role, values: Tensor(shape: self[0].values.shape, elements: sums),
      elementType: self[0].elementType)
  }
}
