import Backends
import Operations
import Tensors

extension Conformance {
  /// Five steps of each rule against its formula in Double, on a weight in the backend's own layout, on a bias and on a
  /// single number; and the sums of gradients and of squares that a step needs.
  func checkGradientDescent(_ report: inout CheckReport) throws {
    let momenta: [(momentum: Double, nesterov: Bool)] = [(0, false), (0.9, false), (0.9, true)]
    let rules = momenta.flatMap { momentum, nesterov in
      [0, 0.01, 5e-4].map {
        GradientDescentRule(learningRate: 0.05, momentum: momentum, weightDecay: $0, nesterov: nesterov)
      }
    }
    for layout in try parameterLayouts() + [Layout(plain: [1], .float32)] {
      for rule in rules { try compareSteps(of: rule, layout, &report) }
      try compareSums(layout, &report)
      try compareNonFinite(layout, &report)
    }
  }

  private func compareSteps(
    of rule: GradientDescentRule, _ layout: Layout, _ report: inout CheckReport
  ) throws {
    report.countCase()
    var numbers = RandomNumbers(seed: seed, index: 0)
    let transfer = PlainReorder(backend: backend, precision: .float32)
    let buffers = try (0..<3).map { _ in try GuardedBuffer(byteCount: layout.byteCount) }
    var weights = numbers.normal(layout.shape)
    var velocities = Tensor(shape: layout.shape, repeating: 0.0)
    let gradientScale = 0.5
    try transfer.write(weights, to: buffers[0], layout)
    try transfer.write(velocities, to: buffers[2], layout)
    for _ in 0..<5 {
      let gradient = numbers.normal(layout.shape)
      try transfer.write(gradient, to: buffers[1], layout)
      let gradientBefore = buffers[1].contents
      backend.update(
        GradientDescentStep(
          values: buffers[0].address, gradient: buffers[1].address,
          velocity: rule.momentum == 0 ? nil : buffers[2].address, layout: layout, rule: rule,
          gradientScale: gradientScale))
      if !buffers[1].holds(gradientBefore) {
        report.fail("\(backend.name), seed \(seed): \(rule)", "the update changed the gradient")
      }
      for element in weights.elements.indices {
        let g = gradientScale * gradient.elements[element] + rule.weightDecay * weights.elements[element]
        velocities.elements[element] = rule.momentum * velocities.elements[element] + g
        let direction =
          rule.nesterov ? g + rule.momentum * velocities.elements[element] : velocities.elements[element]
        weights.elements[element] -= rule.learningRate * direction
      }
    }
    let actual = try transfer.read(buffers[0], layout)
    let magnitudes = weights.map { abs($0) + 1 }
    compare(actual, weights, magnitudes, "weights after five steps of \(rule)", &report)
    if rule.momentum != 0 {
      compare(
        try transfer.read(buffers[2], layout), velocities, velocities.map { abs($0) + 1 },
        "velocities after five steps of \(rule)", &report)
    }
    if !buffers.allSatisfy(\.isIntact) || !transfer.paddingIsZero(buffers[0], layout, actual) {
      report.fail(
        "\(backend.name), seed \(seed): \(rule)", "it wrote beyond the weights or into their padding")
    }
  }

  private func compareSums(_ layout: Layout, _ report: inout CheckReport) throws {
    var numbers = RandomNumbers(seed: seed, index: 1)
    let transfer = PlainReorder(backend: backend, precision: .float32)
    let (left, right) = (numbers.normal(layout.shape), numbers.normal(layout.shape))
    let buffers = try (0..<2).map { _ in try GuardedBuffer(byteCount: layout.byteCount) }
    try transfer.write(left, to: buffers[0], layout)
    try transfer.write(right, to: buffers[1], layout)
    let squares = backend.sumOfSquares(buffers[0].address, layout)
    let exactSquares = left.elements.reduce(0) { $0 + $1 * $1 }
    compare(
      Tensor(shape: [1], elements: [squares]), Tensor(shape: [1], elements: [exactSquares]),
      Tensor(shape: [1], elements: [exactSquares]), "sum of squares", &report)
    let gradientBefore = buffers[0].contents
    backend.accumulate(buffers[0].address, into: buffers[1].address, layout)
    if !buffers[0].holds(gradientBefore) || !buffers.allSatisfy(\.isIntact) {
      report.fail(
        "\(backend.name), seed \(seed): accumulated gradients",
        "the sum changed the gradient or memory beyond it")
    }
    let sums = zip(left.elements, right.elements).map { Double(Float($0 + $1)) }
    report.count(sums, of: "accumulated gradients")
    let difference = Comparison.exact(
      try transfer.read(buffers[1], layout), Tensor(shape: layout.shape, elements: sums))
    guard let difference else { return }
    report.fail("\(backend.name), seed \(seed): accumulated gradients", "\(difference)", difference)
  }

  /// NaN in a gradient reaches the weight and the sum of squares; a sum of squares may exceed the range of float32.
  private func compareNonFinite(_ layout: Layout, _ report: inout CheckReport) throws {
    report.countCase()
    let transfer = PlainReorder(backend: backend, precision: .float32)
    let buffers = try (0..<2).map { _ in try GuardedBuffer(byteCount: layout.byteCount) }
    let large = Tensor(shape: layout.shape, repeating: 0x1p100)
    try transfer.write(large, to: buffers[0], layout)
    let squares = backend.sumOfSquares(buffers[0].address, layout)
    if squares != 0x1p200 * Double(layout.shape.elementCount) {
      report.fail("\(backend.name), seed \(seed): sum of squares", "2^100 squared and summed is \(squares)")
    }
    var gradient = large
    gradient.elements[gradient.elements.count - 1] = .nan
    try transfer.write(gradient, to: buffers[1], layout)
    if !backend.sumOfSquares(buffers[1].address, layout).isNaN {
      report.fail("\(backend.name), seed \(seed): sum of squares", "NaN among the elements is lost")
    }
    backend.update(
      GradientDescentStep(
        values: buffers[0].address, gradient: buffers[1].address, velocity: nil, layout: layout,
        rule: GradientDescentRule(learningRate: 1), gradientScale: 1))
    let expected = Tensor(
      shape: layout.shape, elements: gradient.elements.map { $0.isNaN ? Double.nan : 0 })
    report.count(large.elements, of: "gradient descent")
    guard let difference = Comparison.exact(try transfer.read(buffers[0], layout), expected) else { return }
    report.fail("\(backend.name), seed \(seed): a gradient that is NaN", "\(difference)", difference)
  }

  private func compare(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, _ magnitudes: Tensor<Double>, _ name: String,
    _ report: inout CheckReport
  ) {
    report.count(expected.elements, of: "gradient descent")
    let bound = ErrorBound(terms: 25)
    guard let difference = Comparison.bounded(actual, expected, magnitudes: magnitudes, bound) else { return }
    report.fail("\(backend.name), seed \(seed): \(name)", "\(difference)", difference)
  }

  /// The layouts of weight and bias of a convolution whose channels do not fill a vector.
  func parameterLayouts() throws -> [Layout] {
    let geometry = try ConvolutionGeometry(
      input: [2, 17, 9, 9], outputChannels: 33, window: SlidingWindow(kernel: 3, padding: 1))
    let request = KernelRequest(
      operation: .convolution(geometry, activation: nil), input: Layout(plain: geometry.inputShape, .float32),
      precision: .float32, isTraining: true, needsInputGradient: true, layerIndex: 0, threads: backend.threads
    )
    return try backend.makeKernel(for: request).requirements.parameters
  }
}
