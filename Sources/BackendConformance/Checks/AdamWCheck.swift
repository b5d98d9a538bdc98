import Backends
import Operations
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Conformance {
  /// Many steps of AdamW against its formula in Double, on a weight in the backend's own layout, on a bias and on a single
  /// number.
  ///
  /// The elements' gradients cycle through different sizes: ordinary; so small that ε matters; so small that only ε
  /// matters; huge; and zero.
  func checkAdamW(_ report: inout CheckReport) throws {
    let rules = [
      AdamWRule(learningRate: 0.05, weightDecay: 0), AdamWRule(learningRate: 0.05, weightDecay: 0.1),
      AdamWRule(learningRate: 1e-3, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.01),
      AdamWRule(learningRate: 0.01, beta1: 0, beta2: 0, epsilon: 1e-6, weightDecay: 0.5),
    ]
    for layout in try parameterLayouts() + [Layout(plain: [1], .float32)] {
      for rule in rules {
        try compareAdamW(rule, from: 1, steps: 1, layout, &report)
        try compareAdamW(rule, from: 1, steps: 12, layout, &report)
        try compareAdamW(rule, from: 5000, steps: 2, layout, &report)
      }
      try compareNonFiniteAdamW(layout, &report)
    }
  }

  private static let gradientSizes: [Double] = [1, 1e-4, 1e-8, 1e-20, 1e15, 0]

  private func gradient(_ shape: Shape, _ numbers: inout RandomNumbers) -> Tensor<Double> {
    var gradient = numbers.normal(shape)
    for element in gradient.elements.indices {
      let size = Self.gradientSizes[element % Self.gradientSizes.count]
      gradient.elements[element] = Double(Float(gradient.elements[element] * size))
    }
    return gradient
  }

  private func compareAdamW(
    _ rule: AdamWRule, from first: Int, steps: Int, _ layout: Layout, _ report: inout CheckReport
  ) throws {
    report.countCase()
    var numbers = RandomNumbers(seed: seed, index: first + steps)
    let gradientScale = 0.5
    let start = numbers.normal(layout.shape)
    let memory = try AdamWMemory(start, layout, on: backend)
    var expected = ExpectedAdamW(rule, start)
    for number in first..<first + steps {
      let gradient = gradient(layout.shape, &numbers)
      if try !memory.step(rule, gradient, number: number, gradientScale: gradientScale) {
        report.fail("\(backend.name), seed \(seed): \(rule)", "the update changed the gradient")
      }
      expected.step(gradient, number: number, gradientScale: gradientScale)
    }
    let subject = "after \(steps) \(steps == 1 ? "step" : "steps") of \(rule) from number \(first)"
    // Each step has about 15 roundings. Below the smallest normal number their error is not relative.
    let bound = ErrorBound(terms: 15 * steps)
    let smallest = Double(Float.leastNormalMagnitude) / ElementType.float32.unitRoundoff
    for (name, actual, tensor) in [
      ("first moments", try memory.read(.firstMoment), expected.firstMoments),
      ("second moments", try memory.read(.secondMoment), expected.secondMoments),
      ("weights", try memory.read(.values), expected.values),
    ] {
      report.count(tensor.values.elements, of: "AdamW")
      let difference = Comparison.bounded(
        actual, tensor.values, magnitudes: tensor.magnitudes.map { $0 + smallest }, bound)
      guard let difference else { continue }
      report.fail("\(backend.name), seed \(seed): \(name) \(subject)", "\(difference)", difference)
    }
    if try !memory.isIntact() {
      report.fail(
        "\(backend.name), seed \(seed): \(rule)", "it wrote beyond the weights or into their padding")
    }
  }

  /// NaN in a gradient reaches the weight and both moments, and nothing else.
  private func compareNonFiniteAdamW(_ layout: Layout, _ report: inout CheckReport) throws {
    report.countCase()
    let start = Tensor(shape: layout.shape, repeating: 1.0)
    let memory = try AdamWMemory(start, layout, on: backend)
    var gradient = Tensor(shape: layout.shape, repeating: 0.0)
    gradient.elements[gradient.elements.count - 1] = .nan
    _ = try memory.step(
      AdamWRule(learningRate: 1, weightDecay: 0), gradient, number: 1, gradientScale: 1)
    for (part, untouched) in [(AdamWMemory.Part.values, 1.0), (.firstMoment, 0), (.secondMoment, 0)] {
      let expected = gradient.map { $0.isNaN ? Double.nan : untouched }
      report.count(expected.elements, of: "AdamW")
      guard let difference = Comparison.exact(try memory.read(part), expected) else { continue }
      report.fail("\(backend.name), seed \(seed): a gradient that is NaN", "\(difference)", difference)
    }
  }
}

/// A parameter of a backend, with its gradient and its moments.
private struct AdamWMemory {
  enum Part: Int, CaseIterable {
    case values, gradient, firstMoment, secondMoment
  }

  private let backend: any Backend
  private let transfer: PlainReorder
  private let layout: Layout
  private let buffers: [GuardedBuffer]

  /// Creates the memory, with moments of zero.
  init(_ values: Tensor<Double>, _ layout: Layout, on backend: any Backend) throws {
    self.backend = backend
    self.layout = layout
    transfer = PlainReorder(backend: backend, precision: .float32)
    buffers = try Part.allCases.map { _ in try GuardedBuffer(byteCount: layout.byteCount) }
    let zeros = Tensor(shape: layout.shape, repeating: 0.0)
    for (buffer, tensor) in zip(buffers, [values, zeros, zeros, zeros]) {
      try transfer.write(tensor, to: buffer, layout)
    }
  }

  private subscript(part: Part) -> GuardedBuffer { buffers[part.rawValue] }

  /// Makes a step, and returns whether the gradient is unchanged.
  func step(
    _ rule: AdamWRule, _ gradient: Tensor<Double>, number: Int, gradientScale: Double
  ) throws -> Bool {
    try transfer.write(gradient, to: self[.gradient], layout)
    let before = self[.gradient].contents
    backend.update(
      AdamWStep(
        values: self[.values].address, gradient: self[.gradient].address,
        firstMoment: self[.firstMoment].address, secondMoment: self[.secondMoment].address, layout: layout,
        rule: rule, number: number, gradientScale: gradientScale))
    return self[.gradient].holds(before)
  }

  func read(_ part: Part) throws -> Tensor<Double> { try transfer.read(self[part], layout) }

  /// Whether nothing was written beyond the memory or into padding.
  func isIntact() throws -> Bool {
    try Part.allCases.allSatisfy { part in
      let isZero = transfer.paddingIsZero(self[part], layout, try read(part))
      return isZero && self[part].isIntact
    }
  }
}

/// The result of AdamW for a parameter, in Double, with the magnitudes of all terms.
private struct ExpectedAdamW {
  struct Sum {
    var values: Tensor<Double>
    var magnitudes: Tensor<Double>

    init(_ values: Tensor<Double>) {
      self.values = values
      magnitudes = values.map { abs($0) }
    }
  }

  private let rule: AdamWRule
  var values: Sum
  var firstMoments: Sum
  var secondMoments: Sum

  init(_ rule: AdamWRule, _ start: Tensor<Double>) {
    self.rule = rule
    values = Sum(start)
    firstMoments = Sum(Tensor(shape: start.shape, repeating: 0.0))
    secondMoments = firstMoments
  }

  mutating func step(_ gradient: Tensor<Double>, number: Int, gradientScale: Double) {
    let corrections = (1 - pow(rule.beta1, Double(number)), 1 - pow(rule.beta2, Double(number)))
    for element in gradient.elements.indices {
      let g = gradientScale * gradient.elements[element]
      add(to: &firstMoments, element, keeping: rule.beta1, (1 - rule.beta1) * g)
      add(to: &secondMoments, element, keeping: rule.beta2, (1 - rule.beta2) * g * g)
      let denominator = (secondMoments.values.elements[element] / corrections.1).squareRoot() + rule.epsilon
      let factor = rule.learningRate / corrections.0 / denominator
      add(
        to: &values, element, keeping: 1 - rule.learningRate * rule.weightDecay,
        -factor * firstMoments.values.elements[element])
      values.magnitudes.elements[element] += factor * firstMoments.magnitudes.elements[element]
    }
  }

  private func add(to sum: inout Sum, _ element: Int, keeping share: Double, _ term: Double) {
    sum.values.elements[element] = share * sum.values.elements[element] + term
    sum.magnitudes.elements[element] = share * sum.magnitudes.elements[element] + abs(term)
  }
}
