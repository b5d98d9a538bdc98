import Backends
import Networks
import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The expected numbers of AdamW are computed here from PyTorch's formula in Double, not by PyTorch.
@Suite("Update rules")
struct UpdateRuleTests {
  /// SGD with momentum, as a custom rule.
  private struct Momentum: CustomUpdateRule {
    let slots = ["velocity"]

    func update(_ element: inout UpdatedElement, _ context: UpdateContext) {
      let decay = context.isDecayed ? 0.01 * element.value : 0
      element.slots.0 = 0.9 * element.slots.0 + element.gradient + decay
      element.value -= 0.05 * element.slots.0
    }
  }

  /// Keeps what it is given; it must not touch the padding of blocked layouts.
  private struct Counting: CustomUpdateRule {
    let slots = ["sum", "last_number"]

    func update(_ element: inout UpdatedElement, _ context: UpdateContext) {
      element.slots.0 += element.gradient
      element.slots.1 = Double(context.number)
      element.value += 1
    }
  }

  private struct Greedy: CustomUpdateRule {
    let slots = ["a", "b", "c"]
    func update(_ element: inout UpdatedElement, _ context: UpdateContext) {}
  }

  @Test("AdamW follows the formula, from the network's own gradients", arguments: [false, true])
  func adamW(decaysEverything: Bool) throws {
    let rule = AdamWRule(learningRate: 0.01, weightDecay: 0.1, decaysEverything: decaysEverything)
    for (backend, precision) in try SmallNetwork.all() {
      let network = try SmallNetwork.make(
        backend, precision, optimizerSlots: UpdateRule.adamW(rule).slots)
      var expected = try network.doubleParameters()
      var (first, second) = (
        expected.mapValues { $0.map { _ in 0.0 } }, expected.mapValues { $0.map { _ in 0.0 } }
      )
      for step in 0..<4 {
        try network.computeGradients(step: step)
        try network.update(.adamW(rule), step: step)
        for name in expected.keys {
          let gradient = try network.gradient(name, as: Double.self)
          // A convolution's or a dense layer's weight; net.3 is the batch normalization.
          let decays = decaysEverything || name.hasSuffix("weight") && !name.hasPrefix("net.3.")
          for index in gradient.elements.indices {
            let g = gradient.elements[index]
            var (w, m, v) = (
              expected[name]?.elements[index] ?? 0, first[name]?.elements[index] ?? 0,
              second[name]?.elements[index] ?? 0
            )
            w -= 0.01 * (decays ? 0.1 : 0) * w
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g * g
            let corrected = (m / (1 - pow(0.9, Double(step + 1))), v / (1 - pow(0.999, Double(step + 1))))
            w -= 0.01 * corrected.0 / (corrected.1.squareRoot() + 1e-8)
            expected[name]?.elements[index] = w
            first[name]?.elements[index] = m
            second[name]?.elements[index] = v
          }
        }
      }
      let tolerance = precision == .float64 ? 1e-12 : 2e-6
      for (name, values) in expected {
        let subject = "\(backend.name), \(precision), \(name)"
        #expect(isNear(try network.parameter(name, as: Double.self), values, within: tolerance), "\(subject)")
        let moments = try ["first_moment", "second_moment"].map {
          try network.optimizerState($0, of: name, as: Double.self)
        }
        #expect(isNear(moments[0], try #require(first[name]), within: tolerance), "\(subject)")
        #expect(isNear(moments[1], try #require(second[name]), within: tolerance), "\(subject)")
      }
    }
  }

  @Test("a custom rule gives the same as the built-in one")
  func custom() throws {
    let rule = GradientDescentRule(learningRate: 0.05, momentum: 0.9, weightDecay: 0.01)
    for (backend, precision) in try SmallNetwork.all() {
      let own = try SmallNetwork.make(backend, precision, optimizerSlots: ["velocity"])
      let builtIn = try SmallNetwork.make(backend, precision, optimizerSlots: ["velocity"])
      for step in 0..<3 {
        try own.computeGradients(step: step)
        try builtIn.computeGradients(step: step)
        let norms = (
          try own.update(.custom(Momentum()), step: step, maximumNorm: 0.5),
          try builtIn.update(rule, maximumNorm: 0.5)
        )
        #expect(abs((norms.0 ?? 0) / (norms.1 ?? 1) - 1) < 1e-4)
      }
      for (name, values) in try builtIn.doubleParameters() {
        let tolerance = precision == .float64 ? 1e-12 : 1e-4
        #expect(
          isNear(try own.parameter(name, as: Double.self), values, within: tolerance),
          "\(backend.name), \(precision), \(name)"
        )
      }
    }
  }

  @Test(
    "a custom rule gets the number of the update, and does not touch padding",
    arguments: TestedBackends.names)
  func context(backend: String) throws {
    let network = try SmallNetwork.make(
      TestedBackends.make(backend), optimizerSlots: ["last_number", "sum"])
    let before = try network.doubleParameters()
    try network.computeGradients()
    try network.update(.custom(Counting()), step: 41)
    for (name, values) in before {
      #expect(
        isNear(try network.parameter(name, as: Double.self), values.map { $0 + 1 }, within: 1e-6), "\(name)")
      #expect(try network.optimizerState("last_number", of: name).elements.allSatisfy { $0 == 42 }, "\(name)")
      #expect(
        try network.optimizerState("sum", of: name, as: Double.self)
          == network.gradient(name, as: Double.self), "\(name)")
    }
    // Weights in the padding would change what is computed from them.
    let reference = try SmallNetwork.make(TestedBackends.make("reference"))
    try reference.setParameters { name in
      try network.parameter(name)
    }
    let (loss, expected) = (try network.computeGradients().loss, try reference.computeGradients().loss)
    #expect(abs(loss - expected) < 1e-4 * max(1, expected))
  }

  @Test("an update returns the norm of the gradients before clipping", arguments: TestedBackends.names)
  func norm(backend: String) throws {
    let network = try SmallNetwork.make(TestedBackends.make(backend))
    try network.computeGradients()
    let norm = try network.gradientNorm
    #expect(try network.update(GradientDescentRule(learningRate: 0), maximumNorm: 1e-3) == norm)
    #expect(try network.update(GradientDescentRule(learningRate: 0)) == nil)
  }

  @Test("the optimizer's slots are read and set by name", arguments: TestedBackends.names)
  func state(backend: String) throws {
    let rule = UpdateRule.adamW(AdamWRule(learningRate: 0.01))
    func network() throws -> Network {
      try SmallNetwork.make(TestedBackends.make(backend), optimizerSlots: rule.slots)
    }
    let first = try network()
    for step in 0..<2 {
      try first.computeGradients(step: step)
      try first.update(rule, step: step)
    }
    let state = try first.optimizerState()
    #expect(state.count == 2 * first.parameterShapes.count)
    #expect(state.first?.name == "first_moment.net.0.weight")
    #expect(state.last?.name == "second_moment.net.10.bias")
    let second = try network()
    let parameters = Dictionary(uniqueKeysWithValues: try first.parameters().map { ($0.name, $0.tensor) })
    let kept = Dictionary(uniqueKeysWithValues: state.map { ($0.name, $0.tensor) })
    try second.setParameters { try #require(parameters[$0]) }
    try second.setOptimizerState { try #require(kept[$0]) }
    try second.setState { name in try #require(first.state().first { $0.name == name }?.tensor) }
    for network in [first, second] {
      try network.computeGradients(step: 2)
      try network.update(rule, step: 2)
    }
    #expect(try second.parameters().map(\.tensor) == first.parameters().map(\.tensor))
    #expect(try second.optimizerState().map(\.tensor) == first.optimizerState().map(\.tensor))
  }

  @Test("a rule that the network was not prepared for is rejected, and so are invalid hyperparameters")
  func refusals() throws {
    let backend = try TestedBackends.make("reference")
    let network = try SmallNetwork.make(backend, optimizerSlots: ["velocity", "first_moment"])
    try network.computeGradients()
    let error = #expect(throws: NetworkError.self) {
      try network.update(.adamW(AdamWRule(learningRate: 0.1)), step: 0)
    }
    for part in [
      "without second_moment", #"NetworkOptions(optimizerSlots: ["first_moment", "second_moment"])"#,
    ] {
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
    #expect(throws: NetworkError.self) { try network.update(.custom(Greedy()), step: 0) }
    #expect(throws: NetworkError.self) { try network.update(.custom(Momentum()), step: -1) }
    let adam = try SmallNetwork.make(backend, optimizerSlots: ["first_moment", "second_moment"])
    for rule in [
      AdamWRule(learningRate: 0.1, epsilon: 0), AdamWRule(learningRate: 0.1, beta1: 1),
      AdamWRule(learningRate: 0.1, beta2: -0.1), AdamWRule(learningRate: 0.1, beta2: .nan),
    ] {
      #expect(throws: NetworkError.self) { try adam.update(.adamW(rule), step: 0) }
    }
    for slots in [["a", "a"], [""], ["net.0"]] {
      #expect(throws: NetworkError.self) { try SmallNetwork.make(backend, optimizerSlots: slots) }
    }
  }
}
