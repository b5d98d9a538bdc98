import Backends
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("A network that is not ready")
struct ReadinessTests {
  private let model = Sequential(Conv2D(4, kernel: 3), ReLU(), GlobalAvgPool2D(), Flatten())
  private let images = TestImages.random([2, 1, 6, 6], seed: 1)

  private func network() throws -> Network {
    try Network(
      model, image: [1, 6, 6], backend: TestedBackends.make("reference"),
      options: NetworkOptions(
        batchSizes: [2], isTraining: true, optimizerSlots: ["velocity"], keepsAverage: true))
  }

  /// The reason for which a call is refused.
  private func refusal<Result>(_ call: () throws -> Result) throws -> String {
    let error = try #require(throws: NetworkError.self) { try call() }
    guard case .notPrepared(let reason) = error else {
      Issue.record("\(error)")
      return ""
    }
    return reason
  }

  private func computeGradients(_ network: Network) throws {
    try network.computeGradients(.floats(images), labels: [0, 3], context: RunContext(isTraining: true))
  }

  @Test("neither runs nor gives its parameters without values, and names the first parameter that has none")
  func values() throws {
    let network = try network()
    #expect(try refusal { try network.predict(images) }.contains("'net.0.weight'"))
    #expect(try refusal { try network.evaluate(.floats(images), labels: [0, 1]) }.contains("'net.0.weight'"))
    #expect(try refusal { try computeGradients(network) }.contains("'net.0.weight'"))
    #expect(try refusal { try network.parameters() }.contains("'net.0.weight'"))
    #expect(try refusal { try network.parameter("net.0.bias") }.contains("'net.0.bias'"))
    try network.setParameter("net.0.weight", to: Tensor<Float>(shape: [4, 1, 3, 3], repeating: 0.5))
    #expect(try network.parameter("net.0.weight").elements.allSatisfy { $0 == 0.5 })
    #expect(try refusal { try network.predict(images) }.contains("'net.0.bias'"))
    #expect(try refusal { try network.parameters() }.contains("'net.0.bias'"))
    try network.setParameter("net.0.bias", to: Tensor<Float>(shape: [4], repeating: 0))
    #expect(try network.predict(images).shape == [2, 4])
  }

  @Test("runs once it is initialized or all parameters are set, even to 0")
  func anyWay() throws {
    let (initialized, set) = (try network(), try network())
    try initialized.initialize(seed: 0)
    _ = try initialized.predict(images)
    try set.setParameters { name in
      Tensor<Float>(shape: name.hasSuffix("bias") ? [4] : [4, 1, 3, 3], repeating: 0)
    }
    #expect(try set.predict(images).elements.allSatisfy { $0 == 0 })
  }

  @Test("still lacks values after setting them has failed")
  func failure() throws {
    let network = try network()
    #expect(throws: NetworkError.self) {
      try network.setParameters { _ in Tensor<Float>(shape: [1], repeating: 0) }
    }
    #expect(try refusal { try network.predict(images) }.contains("'net.0.weight'"))
  }

  @Test("runs without parameters")
  func noParameters() throws {
    let network = try Network(
      Sequential(GlobalAvgPool2D(), Flatten()), image: [1, 6, 6], backend: TestedBackends.make("reference"))
    #expect(try network.predict(images).shape == [2, 1])
  }

  @Test("has no gradients before the first pass that computes them")
  func gradients() throws {
    let network = try network()
    try network.initialize(seed: 0)
    _ = try network.evaluate(.floats(images), labels: [0, 1])
    let rule = GradientDescentRule(learningRate: 0.1, momentum: 0.9)
    for reason in [
      try refusal { try network.gradient("net.0.weight") }, try refusal { try network.gradients() },
      try refusal { try network.gradientNorm }, try refusal { try network.update(rule) },
    ] {
      #expect(reason.contains("computeGradients"))
    }
    try computeGradients(network)
    #expect(try network.gradient("net.0.weight").shape == [4, 1, 3, 3])
    #expect(try network.gradientNorm > 0)
    try network.update(rule)
  }
}
