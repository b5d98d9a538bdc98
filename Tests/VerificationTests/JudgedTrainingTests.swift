import Backends
import Operations
import ReferenceBackend
import TestSupport
import Testing
import Verification

@Suite("Runs that are judged step by step")
struct JudgedTrainingTests {
  @Test("every backend passes, with dropout and in every precision", arguments: UInt64(0)..<4)
  func noFalseAlarm(seed: UInt64) throws {
    let experiment = try SmallExperiment.make(
      seed: seed, count: 2 + Int(seed), dropout: seed % 2 == 1)
    for backend in try TestedBackends.all() {
      for precision in backend.information.precisions {
        let training = try SmallExperiment.training(experiment, on: backend, precision: precision, seed: seed)
        #expect(
          training.passes,
          "\(backend.name) \(precision) seed \(seed): \(String(describing: training.firstMismatch))")
      }
    }
  }

  @Test("a run that diverges passes", arguments: [1.0, 100, 1e8])
  func divergence(learningRate: Double) throws {
    let rule = GradientDescentRule(learningRate: learningRate, momentum: 0.9)
    for backend in try TestedBackends.all() {
      let training = try SmallExperiment.training(
        SmallExperiment.make(seed: 1), on: backend, seed: 1, rule: .gradientDescent(rule))
      #expect(training.passes, "\(backend.name): \(String(describing: training.firstMismatch))")
    }
  }

  /// Expects that a mistake in every backend is found at a step and in a tensor.
  private func expectCaught(
    step: Int, _ tensors: [String], rule: UpdateRule = .gradientDescent(SmallExperiment.rule),
    _ spoil: (inout WrongBackend) -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for right in try TestedBackends.all() {
      var wrong = WrongBackend(right)
      spoil(&wrong)
      for seed in UInt64(0)..<2 {
        let training = try SmallExperiment.training(
          SmallExperiment.make(seed: seed), on: wrong, seed: seed, rule: rule)
        let found = try #require(
          training.firstMismatch, "\(right.name), seed \(seed)", sourceLocation: sourceLocation)
        #expect(found.step == step, "\(right.name), seed \(seed)", sourceLocation: sourceLocation)
        #expect(
          tensors.contains(found.finding.name), "\(right.name), seed \(seed): \(found.finding.name)",
          sourceLocation: sourceLocation)
      }
    }
  }

  /// The convolution with so many output channels and a kernel of that size.
  private static func isConvolution(_ channels: Int, _ kernel: Int) -> @Sendable (TensorOperation) -> Bool {
    { operation in
      guard case .convolution(let geometry, _) = operation else { return false }
      return geometry.outputChannels == channels && geometry.window.kernel.width == kernel
    }
  }

  @Test("a gradient that is 1.001 times as large in one layer", arguments: ["weight", "bias"])
  func scaledGradient(role: String) throws {
    let isLayer = Self.isConvolution(16, 3)
    try expectCaught(step: 0, ["gradients.net.2.0.\(role)"]) { wrong in
      wrong.spoil = { call in
        try call.proceed()
        guard call.work == .parameterGradients, isLayer(call.request.operation),
          let gradient = role == "weight" ? call.memory.weightGradient : call.memory.biasGradient
        else { return }
        // All layouts of float32 gradients are float32 numbers and zeros.
        let count = call.request.operation.parameters[role == "weight" ? 0 : 1].shape.elementCount
        let numbers = gradient.assumingMemoryBound(to: Float.self)
        for index in 0..<count { numbers[index] *= 1.001 }
      }
    }
  }

  @Test(
    "weights that are packed once and for all, or one update late",
    arguments: [(12, 5, "net.0.1"), (16, 3, "net.2.1"), (10, 1, "net.4.2")])
  func staleWeights(channels: Int, kernel: Int, layer: String) throws {
    let isLayer = Self.isConvolution(channels, kernel)
    try expectCaught(step: 1, ["activations.\(layer)"]) { $0.staysStale = isLayer }
    try expectCaught(step: 1, ["activations.\(layer)"]) { $0.lags = isLayer }
  }

  @Test("an update with another momentum, weight decay or learning rate, or that forgets Nesterov")
  func wrongRule() throws {
    let velocities = ["velocity.net.0.0.weight"]
    let values = ["parameters.net.0.0.weight"]
    var nesterov = SmallExperiment.rule
    nesterov.nesterov = true
    try expectCaught(step: 1, velocities) { wrong in
      wrong.step = { step in
        var step = step
        step.rule.momentum = 0.899
        return step
      }
    }
    try expectCaught(step: 0, velocities) { wrong in
      wrong.step = { step in
        var step = step
        step.rule.weightDecay = 0
        return step
      }
    }
    try expectCaught(step: 0, values) { wrong in
      wrong.step = { step in
        var step = step
        step.rule.learningRate *= 1.001
        return step
      }
    }
    try expectCaught(step: 0, values, rule: .gradientDescent(nesterov)) { wrong in
      wrong.step = { step in
        var step = step
        step.rule.nesterov = false
        return step
      }
    }
  }

  @Test("an update with a single number wrong")
  func wrongElement() throws {
    try expectCaught(step: 0, ["velocity.net.0.0.weight"]) { wrong in
      wrong.step = { step in
        var step = step
        let gradient = UnsafeMutableRawPointer(mutating: step.gradient).assumingMemoryBound(to: Float.self)
        // The first element exists in every layout.
        gradient[0] = gradient[0] * 1.001 + 1e-5
        step.gradient = UnsafeRawPointer(gradient)
        return step
      }
    }
  }

  // MARK: AdamW

  private static let adamW = UpdateRule.adamW(AdamWRule(learningRate: 1e-3))

  @Test("every backend passes with AdamW, in every precision", arguments: UInt64(0)..<3)
  func adamW(seed: UInt64) throws {
    let rules = [
      AdamWRule(learningRate: 1e-3), AdamWRule(learningRate: 1e-3, weightDecay: 0.1, decaysEverything: true),
      // Small enough to leave the step to the second moment, however small that is.
      AdamWRule(learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-12),
    ]
    let experiment = try SmallExperiment.make(seed: seed, count: 3, dropout: true)
    for backend in try TestedBackends.all() {
      for (precision, rule) in zip(backend.information.precisions, rules + rules) {
        let training = try SmallExperiment.training(
          experiment, on: backend, precision: precision, seed: seed, rule: .adamW(rule))
        #expect(
          training.passes,
          "\(backend.name) \(precision) \(rule): \(String(describing: training.firstMismatch))")
      }
    }
  }

  @Test("an AdamW with another number, decay or rate, without correction, or with a gradient twice")
  func wrongAdamW() throws {
    let values = ["parameters.net.0.0.weight"]
    try expectCaught(step: 0, values, rule: Self.adamW) { $0.adamWStep = { $0.number += 1 } }
    try expectCaught(step: 0, values, rule: Self.adamW) { $0.adamWStep = { $0.number = 1_000_000 } }
    try expectCaught(step: 0, values, rule: Self.adamW) { $0.adamWStep = { $0.rule.weightDecay = 0 } }
    try expectCaught(step: 0, values, rule: Self.adamW) { $0.adamWStep = { $0.rule.learningRate *= 1.01 } }
    try expectCaught(step: 0, ["first_moment.net.0.0.weight"], rule: Self.adamW) {
      $0.adamWStep = { $0.gradientScale = 2 }
    }
    try expectCaught(step: 1, ["second_moment.net.0.0.weight"], rule: Self.adamW) {
      $0.adamWStep = { $0.rule.beta2 = $0.number == 1 ? $0.rule.beta2 : 0.99 }
    }
  }

  @Test("biases that decay where they must not, and do not where they must", arguments: [false, true])
  func decayOfBiases(decaysEverything: Bool) throws {
    let rule = AdamWRule(learningRate: 1e-3, weightDecay: 0.5, decaysEverything: decaysEverything)
    try expectCaught(step: 0, ["parameters.net.0.0.bias"], rule: .adamW(rule)) { wrong in
      wrong.adamWStep = { step in
        // The only parameter with so many elements is the first bias.
        if step.layout.storedCount == 12 || step.layout.storedCount == 16 {
          step.rule.weightDecay = decaysEverything ? 0 : 0.5
        }
      }
    }
  }

  @Test("a custom rule is judged as well")
  func customRule() throws {
    struct Momentum: CustomUpdateRule {
      let slots = ["velocity"]
      var rate = 0.01
      func update(_ element: inout UpdatedElement, _ context: UpdateContext) {
        element.slots.0 = 0.9 * element.slots.0 + element.gradient
        element.value -= rate * element.slots.0
      }
    }
    for backend in try TestedBackends.all() {
      for precision in backend.information.precisions {
        let training = try SmallExperiment.training(
          SmallExperiment.make(seed: 2), on: backend, precision: precision, seed: 2, rule: .custom(Momentum())
        )
        #expect(
          training.passes, "\(backend.name) \(precision): \(String(describing: training.firstMismatch))")
      }
    }
  }
}
