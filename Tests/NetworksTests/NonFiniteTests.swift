import Backends
import Layers
import Operations
import Tensors
import TestSupport
import Testing

@testable import Networks

@Suite("The first number that is not finite")
struct NonFiniteTests {
  /// No ReLU, which could hide numbers.
  private static let model = Sequential(
    Conv2D(4, kernel: 1), Conv2D(3, kernel: 1), GlobalAvgPool2D(), Flatten())
  private static let labels: [Int32] = [0, 1, 2, 0]

  /// A given gradient, and a given loss, finite by default.
  private struct Steep: CustomLoss {
    var gradient: Float = 1
    var loss = 1.0

    func score(_ call: CustomLossCall) -> ClassificationScore {
      for index in 0..<call.count * call.classes { call.gradient?[index] = gradient }
      return ClassificationScore(lossSum: loss, correct: 0, count: call.count)
    }
  }

  private func network(_ backend: any Backend, first: Float = 1, second: Float = 1) throws -> Network {
    let network = try Network(
      Self.model, image: [1, 4, 4], backend: backend,
      options: NetworkOptions(batchSizes: [4], isTraining: true, microBatch: 2))
    try network.setParameters { name in
      let shape = try #require(network.parameterShapes.first { $0.name == name }).shape
      let value: Float = name == "net.0.weight" ? first : name == "net.1.weight" ? second : 0
      return Tensor(shape: shape, repeating: value)
    }
    return network
  }

  private func found(
    in network: Network, pixel: Float = 1, loss: Loss = .custom(Steep()), isTraining: Bool = true
  ) throws -> NonFiniteNumber? {
    let images = Tensor<Float>(shape: [4, 1, 4, 4], repeating: pixel)
    return try images.elements.withUnsafeBufferPointer { pixels in
      try Self.labels.withUnsafeBufferPointer { labels in
        let first = try #require(pixels.baseAddress)
        return try network.firstNonFinite(
          .floats(first), labels: labels, context: RunContext(isTraining: isTraining), loss: loss)
      }
    }
  }

  @Test("is nil in a step without one")
  func sound() throws {
    for backend in try TestedBackends.all() {
      #expect(try found(in: network(backend)) == nil)
      #expect(try found(in: network(backend), isTraining: false) == nil)
    }
  }

  @Test("is found in each pass, with its layer", arguments: TestedBackends.names)
  func passes(name: String) throws {
    let backend = try TestedBackends.make(name)
    func expect(
      _ found: NonFiniteNumber?, _ pass: NonFiniteNumber.Pass, _ name: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(
        found?.pass == pass && found?.name == name, "\(String(describing: found))",
        sourceLocation: sourceLocation)
    }
    expect(try found(in: network(backend, second: .nan)), .parameters, "net.1.weight")
    expect(try found(in: network(backend), pixel: .infinity), .images, "")
    expect(try found(in: network(backend, first: 1e30), pixel: 1e30), .forward, "net.0")
    expect(try found(in: network(backend, first: 1e20, second: 1e20)), .forward, "net.1")
    expect(try found(in: network(backend, first: 1e20, second: 1e20), isTraining: false), .forward, "net.1")
    expect(try found(in: network(backend), loss: .custom(Steep(loss: .nan))), .loss, "")
    expect(try found(in: network(backend), loss: .custom(Steep(gradient: .infinity))), .loss, "")
    expect(
      try found(in: network(backend, first: 1e20, second: 1e-20), loss: .custom(Steep(gradient: 1e30))),
      .weightGradient, "net.1.weight")
    expect(
      try found(in: network(backend, second: 1e20), loss: .custom(Steep(gradient: 1e30))), .inputGradient,
      "net.1")
  }

  @Test("is described as NaN or infinite")
  func words() {
    #expect(
      "\(NonFiniteNumber(.forward, of: "net.3.0", value: .nan))"
        == "the output of net.3.0 is NaN (forward pass)")
    #expect(
      "\(NonFiniteNumber(.update, of: "net.0.weight", value: -.infinity))".contains(
        "infinite after the update"))
  }

  @Test("is searched for in averages and in the layers' state")
  func state() throws {
    let network = try SmallNetwork.make(TestedBackends.make(TestedBackends.fastest), keepsAverage: true)
    #expect(try network.firstNonFiniteParameter() == nil)
    try network.setState { name in
      let shape = try #require(network.stateSpecifications.first { $0.name == name }).specification.shape
      return Tensor(shape: shape, repeating: name.hasSuffix("running_var") ? .infinity : 1)
    }
    #expect(try network.firstNonFiniteParameter()?.name.hasSuffix("running_var") == true)
  }

  @Test("in the gradients' norm keeps a clipped update from changing anything")
  func clipped() throws {
    for backend in try TestedBackends.all() {
      let network = try SmallNetwork.make(backend)
      try network.computeGradients(loss: .custom(Steep(gradient: .nan)))
      let before = try network.parameters()
      let norm = try network.update(GradientDescentRule(learningRate: 1), maximumNorm: 1)
      #expect(norm?.isFinite == false)
      for (old, new) in zip(before, try network.parameters()) { #expect(old.tensor == new.tensor) }
    }
  }

  @Test("in a parameter shows in the norm of the parameters after the update")
  func parameterNorm() throws {
    for backend in try TestedBackends.all() {
      let network = try SmallNetwork.make(backend)
      try network.computeGradients()
      #expect(network.parameterNorm == 0)
      try network.update(GradientDescentRule(learningRate: 0.1))
      let squares = try network.parameters().flatMap(\.tensor.elements).reduce(0) {
        $0 + Double($1) * Double($1)
      }
      #expect(abs(network.parameterNorm - squares.squareRoot()) < 1e-6 * squares.squareRoot())
      try network.computeGradients()
      try network.update(GradientDescentRule(learningRate: .infinity))
      #expect(!network.parameterNorm.isFinite)
    }
  }
}
