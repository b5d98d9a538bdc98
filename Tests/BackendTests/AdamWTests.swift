import Backends
import Tensors
import TestSupport
import Testing

/// Properties that follow from the formula of AdamW without computing it.
@Suite("AdamW")
struct AdamWTests {
  /// Makes steps of one number with one gradient.
  private func steps(
    _ rule: AdamWRule, on backend: any Backend, value: Float, gradients: [Float]
  ) -> (value: Float, first: Float, second: Float) {
    var (value, first, second) = (value, Float(0), Float(0))
    for (index, gradient) in gradients.enumerated() {
      withUnsafeMutablePointer(to: &value) { value in
        withUnsafeMutablePointer(to: &first) { first in
          withUnsafeMutablePointer(to: &second) { second in
            withUnsafePointer(to: gradient) { gradient in
              backend.update(
                AdamWStep(
                  values: value, gradient: gradient, firstMoment: first, secondMoment: second,
                  layout: Layout(plain: [1], .float32), rule: rule, number: index + 1, gradientScale: 1))
            }
          }
        }
      }
    }
    return (value, first, second)
  }

  @Test(
    "a constant gradient changes a weight by the learning rate in every step, whatever its size",
    arguments: TestedBackends.names, [Float(1e-4), 1, -300])
  func constantGradient(backend: String, gradient: Float) throws {
    let rule = AdamWRule(learningRate: 0.01, weightDecay: 0)
    let result = steps(
      rule, on: try TestedBackends.make(backend), value: 2, gradients: Array(repeating: gradient, count: 10))
    #expect(abs(result.value - (gradient > 0 ? 1.9 : 2.1)) < 2e-5)
  }

  @Test("without a gradient a weight only decays", arguments: TestedBackends.names)
  func decayAlone(backend: String) throws {
    let rule = AdamWRule(learningRate: 0.5, weightDecay: 0.5)
    let result = steps(rule, on: try TestedBackends.make(backend), value: 1, gradients: [0, 0, 0])
    #expect(result.value == 0.421875)
    #expect(result.first == 0 && result.second == 0)
  }

  /// The formula by hand: m = 0.1 · 2 = 0.2 and v = 0.001 · 4 = 0.004, then m = 0.9 · 0.2 − 0.1 = 0.08 and
  /// v = 0.999 · 0.004 + 0.001 = 0.004996; m / (1 − 0.81) = 0.4210526 and v / (1 − 0.998001) = 2.4992496.
  @Test("two steps as in the formula", arguments: TestedBackends.names)
  func twoSteps(backend: String) throws {
    let rule = AdamWRule(learningRate: 0.1, weightDecay: 0.01)
    let result = steps(rule, on: try TestedBackends.make(backend), value: 1, gradients: [2, -1])
    #expect(abs(result.first - 0.08) < 1e-7)
    #expect(abs(result.second - 0.004996) < 1e-8)
    let afterFirst = 0.999 - 0.1
    let expected = afterFirst * 0.999 - 0.1 * 0.421052632 / 2.4992496248.squareRoot()
    #expect(abs(Double(result.value) - expected) < 1e-6)
  }
}
