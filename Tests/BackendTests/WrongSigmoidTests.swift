import BackendConformance
import Backends
import Foundation
import Operations
import Tensors
import Testing

@Suite("A wrong sigmoid is caught")
struct WrongSigmoidTests {
  /// Expects that another output is seen.
  private func expectOutputCaught(
    _ symptom: String = "output", at location: SourceLocation = #_sourceLocation,
    _ function: @escaping @Sendable (Float) -> Float
  ) {
    expectCaught(by: .sigmoid, "sigmoid", symptom, at: location) { backend in
      backend.spoil = { call in
        guard call.stage == .forward, case .sigmoid = call.operation else { return try call.proceed() }
        for index in call.output.indices { call.output[index] = function(call.input[index]) }
      }
    }
  }

  /// Expects that another gradient is seen.
  private func expectGradientCaught(
    at location: SourceLocation = #_sourceLocation,
    _ function: @escaping @Sendable (_ y: Float, _ dy: Float) -> Float
  ) {
    expectCaught(by: .sigmoid, "sigmoid", "input gradient", at: location) { backend in
      backend.spoil = { call in
        guard call.stage == .inputGradient, case .sigmoid = call.operation else { return try call.proceed() }
        for index in call.output.indices {
          call.inputGradient?[index] = function(call.output[index], call.outputGradient?[index] ?? 0)
        }
      }
    }
  }

  @Test("an exponential that overflows, so that ∞ / ∞ is NaN")
  func overflow() {
    expectOutputCaught("NaN instead of 1.0") { exp($0) / (1 + exp($0)) }
  }

  @Test("a hyperbolic tangent, which has no digits left far below 0")
  func tangent() {
    expectOutputCaught { 0.5 + 0.5 * tanh($0 / 2) }
  }

  @Test("NaN that becomes a number")
  func lostNaN() {
    expectOutputCaught("instead of NaN") { 1 / (1 + exp(-Float.maximum($0, -104))) }
    expectOutputCaught("instead of NaN") { $0.isNaN ? 0 : 1 / (1 + exp(-$0)) }
  }

  @Test("an input that is cut off too early", arguments: [15, 40, 80] as [Float])
  func cutOff(limit: Float) {
    expectOutputCaught { 1 / (1 + exp(-($0.isNaN ? $0 : max(-limit, $0)))) }
  }

  @Test("an approximation by straight lines, and one with 14 bits")
  func approximation() {
    expectOutputCaught { $0.isNaN ? $0 : min(max($0 / 4 + 0.5, 0), 1) }
    expectOutputCaught { Float(bitPattern: (1 / (1 + exp(-$0))).bitPattern & 0xFFFF_FE00) }
  }

  @Test("the sigmoid of −x")
  func otherSign() {
    expectOutputCaught { 1 / (1 + exp($0)) }
  }

  @Test("lanes that are omitted: the last element of a tensor")
  func lastElement() {
    expectCaught(by: .sigmoid, "output") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, case .sigmoid = call.operation else { return }
        call.output[call.output.count - 1] = 0
      }
    }
  }

  @Test("a gradient without one of its factors")
  func lostFactor() {
    expectGradientCaught { y, dy in dy * y }
    expectGradientCaught { y, dy in dy * (1 - y) }
    expectGradientCaught { y, _ in y * (1 - y) }
  }

  @Test("a gradient that uses the output as the input")
  func sigmoidOfOutput() {
    expectGradientCaught { y, dy in
      let again = 1 / (1 + exp(-y))
      return dy * again * (1 - again)
    }
  }

  @Test("a gradient of NaN that becomes 0")
  func lostGradient() {
    expectGradientCaught { y, dy in dy.isNaN ? 0 : dy * y * (1 - y) }
  }

  @Test("a gradient that is wrong with three threads")
  func threads() {
    expectCaught(by: .threadCounts, "3 threads", "sigmoid") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, case .sigmoid = call.operation, call.threads.count == 3 else { return }
        call.output[0] += 0.1
      }
    }
  }
}
