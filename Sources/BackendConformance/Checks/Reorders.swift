import Backends
import Operations
import Tensors

extension Conformance {
  /// Reorders into the layouts of a convolution's input, output and parameters and back: every element is unchanged.
  func checkReorders(_ report: inout CheckReport) throws {
    var shapes = GeneratedShapes(seed: seed &+ 5)
    for index in steps(size.shapes, of: .reorders) {
      let operation = shapes.convolution(with: .inTurn(index))
      for precision in precisions {
        let trial = Trial(operation: operation, precision: precision, seed: seed, index: index)
        examine(trial, &report, compareReorders)
      }
    }
  }

  private func compareReorders(_ trial: Trial, _ report: inout CheckReport) throws {
    if let limitation = backend.limitation(of: trial.operation, precision: trial.precision) {
      return report.skip(limitation)
    }
    report.countCase()
    let request = KernelRequest(
      operation: trial.operation,
      input: Layout(plain: trial.operation.inputShape, trial.precision.activationType),
      precision: trial.precision, isTraining: true, needsInputGradient: true, layerIndex: 0,
      threads: backend.threads)
    let requirements = try backend.makeKernel(for: request).requirements
    let transfer = PlainReorder(backend: backend, precision: trial.precision)
    for layout in [request.input, requirements.output] + requirements.parameters {
      var numbers = RandomNumbers(seed: seed, index: trial.index)
      let tensor = numbers.normal(layout.shape)
      let buffer = try GuardedBuffer(byteCount: layout.byteCount)
      try transfer.write(tensor, to: buffer, layout)
      let expected = tensor.rounded(to: layout.elementType)
      let actual = try transfer.read(buffer, layout)
      report.count(expected.elements, of: "reorder")
      if let difference = Comparison.exact(actual, expected) {
        report.fail("\(subject(trial)), reorder to \(layout) and back", "\(difference)", difference)
      }
      try comparePrepared(buffer, layout, expected, trial, &report)
      if !buffer.isIntact || !transfer.paddingIsZero(buffer, layout, actual) {
        report.fail(
          "\(subject(trial)), reorder to \(layout)",
          "it wrote beyond the end or left padding that is not zero")
      }
    }
  }

  /// Compares prepared reorders to the plain layout and back, each run twice.
  private func comparePrepared(
    _ buffer: GuardedBuffer, _ layout: Layout, _ expected: Tensor<Double>, _ trial: Trial,
    _ report: inout CheckReport
  ) throws {
    let plain = Layout(plain: layout.shape, .float32)
    let (edge, back) = (
      try GuardedBuffer(byteCount: plain.byteCount), try GuardedBuffer(byteCount: layout.byteCount)
    )
    let (outward, inward) = (
      try backend.makeReorder(from: layout, to: plain), try backend.makeReorder(from: plain, to: layout)
    )
    let transfer = PlainReorder(backend: backend, precision: trial.precision)
    for _ in 0..<2 {
      edge.fillWithGarbage()
      back.fillWithGarbage()
      try outward.run(buffer.address, to: edge.address)
      try inward.run(edge.address, to: back.address)
      for (copied, layout) in [(edge, plain), (back, layout)] {
        report.count(expected.elements, of: "prepared reorder")
        let difference = Comparison.exact(try transfer.read(copied, layout), expected)
        guard difference != nil || !copied.isIntact else { continue }
        let defect = difference.map { "\($0)" } ?? "it wrote beyond the end"
        report.fail("\(subject(trial)), prepared reorder to \(layout)", defect, difference)
      }
    }
  }
}
