import Backends
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Frozen parameters")
struct FreezingTests {
  private static let all = [
    "net.0.weight", "net.0.bias", "net.2.weight", "net.3.weight", "net.3.bias", "net.6.weight", "net.6.bias",
    "net.9.weight", "net.9.bias", "net.10.weight", "net.10.bias",
  ]

  /// Sets that end the backward pass early, sets that do not, and sets in the middle.
  private static let sets: [Set<String>] = [
    ["net.0.weight", "net.0.bias"], Set(all.prefix(5)), Set(all.prefix(7)), Set(all.prefix(9)),
    ["net.3.weight", "net.3.bias"], ["net.2.weight", "net.6.weight", "net.6.bias"], ["net.9.weight"],
    ["net.10.weight", "net.10.bias"], Set(all.dropFirst()),
  ]

  @Test(
    "stay as they are, and the others are updated as without freezing", arguments: TestedBackends.names, sets)
  func update(backend: String, frozen: Set<String>) throws {
    let backend = try TestedBackends.make(backend)
    let free = try SmallNetwork.make(backend)
    // The reference uses whole batches where batch normalization mixes images.
    let microBatch = backend.name == "reference" ? nil : 3
    let partly = try SmallNetwork.make(backend, frozen: frozen, microBatch: microBatch)
    let before = try partly.doubleParameters()
    let rule = GradientDescentRule(learningRate: 0.1, weightDecay: 0.01, decaysEverything: true)
    let scores = (try free.computeGradients(), try partly.computeGradients())
    #expect(abs(scores.0.loss - scores.1.loss) < 1e-5)
    try free.update(rule)
    try partly.update(rule)
    for (name, values) in try partly.doubleParameters() {
      if frozen.contains(name) {
        #expect(values == before[name], "\(name)")
      } else {
        #expect(isNear(values, try free.parameter(name, as: Double.self), within: 2e-5), "\(name)")
        #expect(values != before[name], "\(name)")
      }
    }
    #expect(partly.state().map(\.tensor.shape) == free.state().map(\.tensor.shape))
  }

  @Test("do not count in norms, and the optimizer keeps nothing for them", arguments: TestedBackends.names)
  func norm(backend: String) throws {
    let frozen = Set(Self.all.prefix(9))
    let network = try SmallNetwork.make(
      TestedBackends.make(backend), optimizerSlots: ["velocity"], frozen: frozen)
    try network.computeGradients()
    let squares = try ["net.10.weight", "net.10.bias"].map { name in
      try network.gradient(name, as: Double.self).elements.reduce(0) { $0 + $1 * $1 }
    }
    #expect(abs(try network.gradientNorm / squares.reduce(0, +).squareRoot() - 1) < 1e-6)
    #expect(try network.optimizerState().map(\.name) == ["velocity.net.10.weight", "velocity.net.10.bias"])
  }

  @Test("end the backward pass at the first layer that is trained", arguments: TestedBackends.names)
  func backwardPass(backend: String) throws {
    let network = try SmallNetwork.make(TestedBackends.make(backend), frozen: Set(Self.all.prefix(7)))
    let backward = network.layers.filter { $0.computesInputGradient || $0.computesParameterGradients }
    #expect(backward.map(\.name) == ["net.9", "net.10"])
    #expect(network.layers.filter(\.computesInputGradient).map(\.name) == ["net.10"])
    let head = try SmallNetwork.make(
      TestedBackends.make(backend), frozen: ["net.9.weight", "net.9.bias", "net.10.weight"])
    #expect(head.layers.filter(\.computesParameterGradients).map(\.name).contains("net.10"))
    #expect(!head.layers.filter(\.computesParameterGradients).map(\.name).contains("net.9"))
  }

  @Test("that do not exist are rejected by name, and so is freezing everything")
  func refusals() throws {
    let backend = try TestedBackends.make("reference")
    let error = #expect(throws: NetworkError.self) {
      try SmallNetwork.make(backend, frozen: ["net.0.weight", "net.1.weight"])
    }
    #expect(error.map { "\($0)".contains("net.1.weight") } == true)
    guard case .unknownName("net.1.weight", let available, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(available.sorted() == Self.all.sorted())
    #expect(throws: NetworkError.self) { try SmallNetwork.make(backend, frozen: Set(Self.all)) }
    #expect(throws: Never.self) {
      try SmallNetwork.make(backend, isTraining: false, frozen: Set(Self.all))
    }
  }
}
