import Backends
import Operations
import Tensors

extension Conformance {
  /// Random numbers against the reference in Double, within a bound scaled by the length of each sum.
  func checkRandomNumbers(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 1)
    for extent in [5, 7, 13] {
      let global = try PoolingGeometry(
        input: [2, 33, extent, extent], window: SlidingWindow(kernel: Extent2D(extent, extent)))
      compareAll(.averagePooling(global, countsPadding: true), index: extent, &report)
    }
    for index in steps(size.shapes, of: .randomNumbers) {
      let feature = ShapeFeature.inTurn(index)
      let operations = [
        shapes.convolution(with: feature), shapes.tiledConvolution(), shapes.dense(),
        shapes.averagePooling(with: feature),
      ]
      for operation in operations { compareAll(operation, index: index, &report) }
    }
  }

  private func compareAll(_ operation: TensorOperation, index: Int, _ report: inout CheckReport) {
    for trial in Trial.all(of: operation, precisions, [.training, .prediction], seed: seed, index: index) {
      examine(trial, &report, compareWithinBound)
    }
  }

  private func compareWithinBound(_ trial: Trial, _ report: inout CheckReport) throws {
    let kernelCase = trial.normals()
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    try expectWithinBound(actual, kernelCase, trial, &report)
  }

  /// Notes whether what a kernel computed is within the bound of its algorithm.
  func expectWithinBound(
    _ actual: KernelOutcome, _ kernelCase: KernelCase, _ trial: Trial, _ report: inout CheckReport
  ) throws {
    let expected = try reference.run(kernelCase.inDouble).tensors
    let magnitudes = try reference.run(kernelCase.inDouble.magnitudes()).tensors
    for (index, computed) in actual.tensors.enumerated() {
      let exact = expected[index].values
      report.count(exact.elements, of: "\(trial.operation.name), \(computed.role.rawValue)")
      let bound = ErrorBound(
        terms: trial.operation.termCount(of: computed.role), storedAs: computed.elementType,
        algorithm: actual.algorithm)
      let difference = Comparison.bounded(
        computed.values, exact, magnitudes: magnitudes[index].values, bound)
      guard let difference else { continue }
      report.fail("\(subject(trial)), \(computed.role.rawValue)", "\(difference)", difference)
    }
  }
}

extension KernelCase {
  /// The same case with the absolute values of all numbers, which computes the sums of the terms' magnitudes.
  func magnitudes() -> KernelCase {
    var magnitudes = self
    magnitudes.input = input.map { abs($0) }
    magnitudes.parameters = parameters.map { $0.map { abs($0) } }
    magnitudes.outputGradient = outputGradient.map { abs($0) }
    return magnitudes
  }
}

extension TensorOperation {
  /// The largest number of terms summed in an element of a tensor.
  fileprivate func termCount(of role: ComputedTensor.Role) -> Int {
    switch (self, role) {
    case (.convolution(let geometry, _), .output):
      geometry.inputChannelsPerGroup * geometry.window.kernel.area + 1
    case (.convolution(let geometry, _), .inputGradient):
      geometry.outputChannelsPerGroup * geometry.window.kernel.area
    case (.convolution(let geometry, _), _): geometry.batch * geometry.output.area
    case (.dense(let geometry), .output): geometry.inputFeatures + 1
    case (.dense(let geometry), .inputGradient): geometry.outputFeatures
    case (.dense(let geometry), _): geometry.batch
    case (.averagePooling(let geometry, _), _): geometry.window.kernel.area
    case (.softmax(let geometry), _): geometry.count
    case (.batchNormalization, _), (.maxPooling, _), (.relu, _), (.sigmoid, _), (.dropout, _), (.flatten, _):
      1
    }
  }
}
