import Backends
import Operations
import Tensors

extension Conformance {
  /// Random numbers against the reference in Double, within a bound scaled by the length of each sum.
  func checkRandomNumbers(_ report: inout ConformanceReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 1)
    for index in 0..<caseCount {
      for operation in [shapes.convolution(), shapes.dense(), shapes.averagePooling()] {
        for arrival in KernelCase.Arrival.allCases {
          try compareWithinBound(operation, index: index, arrival: arrival, &report)
        }
      }
    }
  }

  private func compareWithinBound(
    _ operation: Operation, index: Int, arrival: KernelCase.Arrival, _ report: inout ConformanceReport
  ) throws {
    var numbers = RandomNumbers(seed: seed, index: index)
    let kernelCase = KernelCase(
      operation, input: numbers.normal(operation.inputShape),
      parameters: operation.parameters.map { numbers.normal($0.shape) },
      outputGradient: numbers.normal(operation.outputShape), arrival: arrival)
    guard let actual = outcome(kernelCase, &report) else { return }
    var exactCase = kernelCase
    exactCase.precision = .float64
    exactCase.arrival = .plain
    let expected = try reference.run(exactCase).tensors
    let magnitudes = try reference.run(exactCase.magnitudes()).tensors
    for (index, computed) in actual.tensors.enumerated() {
      report.count(expected[index].tensor.elements)
      let bound = ErrorBound(terms: operation.termCount(of: computed.name))
      let difference = Comparison.bounded(
        computed.tensor, expected[index].tensor, magnitudes: magnitudes[index].tensor, bound)
      guard let difference else { continue }
      report.fail("\(subject(kernelCase)), \(computed.name)", "\(difference)")
    }
  }
}

extension KernelCase {
  /// The same case with the absolute values of all numbers: it computes the sums of the terms' magnitudes.
  fileprivate func magnitudes() -> KernelCase {
    var magnitudes = self
    magnitudes.input = input.map { abs($0) }
    magnitudes.parameters = parameters.map { $0.map { abs($0) } }
    magnitudes.outputGradient = outputGradient?.map { abs($0) }
    return magnitudes
  }
}

extension Operation {
  /// The most terms that an element of a tensor of an outcome is the sum of.
  fileprivate func termCount(of tensor: String) -> Int {
    switch (self, tensor) {
    case (.convolution(let geometry, _), "output"):
      geometry.inputChannelsPerGroup * geometry.window.kernel.area + 1
    case (.convolution(let geometry, _), "input gradient"):
      geometry.outputChannelsPerGroup * geometry.window.kernel.area
    case (.convolution(let geometry, _), _): geometry.batch * geometry.output.area
    case (.dense(let geometry), "output"): geometry.inputFeatures + 1
    case (.dense(let geometry), "input gradient"): geometry.outputFeatures
    case (.dense(let geometry), _): geometry.batch
    case (.averagePooling(let geometry, _), _): geometry.window.kernel.area
    case (.maxPooling, _), (.relu, _), (.dropout, _), (.flatten, _): 1
    }
  }
}
