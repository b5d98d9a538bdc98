import Backends
import Networks
import Tensors
import TestSupport
import Testing

@Suite("The moving average of the parameters")
struct AverageTests {
  private let rule = GradientDescentRule(learningRate: 0.2)

  private func step(_ network: Network, _ step: Int) throws {
    try network.computeGradients(step: step)
    try network.update(rule)
    try network.updateAverage(decay: 0.75)
  }

  @Test("begins with the parameters and follows its formula")
  func formula() throws {
    for (backend, precision) in try SmallNetwork.all() {
      let network = try SmallNetwork.make(backend, precision, keepsAverage: true)
      #expect(try network.averages().map(\.tensor) == network.parameters().map(\.tensor))
      var expected = try network.doubleParameters()
      for number in 0..<3 {
        try step(network, number)
        for (name, values) in try network.doubleParameters() {
          for element in values.elements.indices {
            let old = expected[name]?.elements[element] ?? 0
            expected[name]?.elements[element] = 0.75 * old + 0.25 * values.elements[element]
          }
        }
      }
      for (name, average) in try network.averages() {
        let average = average.map { Double($0) }
        #expect(isNear(average, try #require(expected[name]), within: 1e-6), "\(backend.name), \(name)")
      }
    }
  }

  @Test(
    "is exchanged with the parameters, so that the network computes with it",
    arguments: TestedBackends.names)
  func exchange(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    let network = try SmallNetwork.make(backend, keepsAverage: true)
    for number in 0..<3 { try step(network, number) }
    let (parameters, averages) = (try network.parameters(), try network.averages())
    let own = try network.evaluate()
    try network.exchangeAverage()
    #expect(network.isAverageExchanged)
    #expect(try network.parameters().map(\.tensor) == averages.map(\.tensor))
    #expect(try network.averages().map(\.tensor) == parameters.map(\.tensor))
    let other = try SmallNetwork.make(backend)
    let values = Dictionary(uniqueKeysWithValues: averages.map { ($0.name, $0.tensor) })
    try other.setParameters { try #require(values[$0]) }
    try other.setState { name in try #require(network.state().first { $0.name == name }?.tensor) }
    #expect(try network.evaluate() == other.evaluate())
    #expect(try network.evaluate() != own)
    #expect(throws: NetworkError.self) { try network.update(rule) }
    #expect(throws: NetworkError.self) { try network.updateAverage(decay: 0.5) }
    try network.exchangeAverage()
    #expect(!network.isAverageExchanged)
    #expect(try network.evaluate() == own)
    #expect(try network.parameters().map(\.tensor) == parameters.map(\.tensor))
  }

  @Test("is set, and starts over", arguments: TestedBackends.names)
  func setting(backend: String) throws {
    let network = try SmallNetwork.make(
      TestedBackends.make(backend), frozen: ["net.0.weight"], keepsAverage: true)
    let frozen = try network.parameter("net.0.weight")
    try step(network, 0)
    var given: [String: Tensor<Float>] = ["net.0.weight": frozen]
    for (index, parameter) in network.parameterShapes.enumerated().dropFirst() {
      given[parameter.name] = TestImages.random(parameter.shape, seed: UInt64(index))
    }
    try network.setAverages { try #require(given[$0]) }
    for (name, tensor) in try network.averages() { #expect(tensor == given[name], "\(name)") }
    try network.resetAverage()
    #expect(try network.averages().map(\.tensor) == network.parameters().map(\.tensor))
    try network.setAverages { try #require(given[$0]) }
    try network.setParameters { try #require(given[$0]).map { 2 * $0 } }
    #expect(try network.averages().map(\.tensor) == network.parameters().map(\.tensor))
  }

  @Test("is rejected without keepsAverage, and with a decay outside 0 to 1")
  func refusals() throws {
    let backend = try TestedBackends.make("reference")
    let without = try SmallNetwork.make(backend)
    #expect(throws: NetworkError.self) { try without.updateAverage(decay: 0.5) }
    #expect(throws: NetworkError.self) { try without.exchangeAverage() }
    #expect(throws: NetworkError.self) { try without.averages() }
    let network = try SmallNetwork.make(backend, keepsAverage: true)
    for decay in [-0.1, 1.1, .nan] {
      #expect(throws: NetworkError.self) { try network.updateAverage(decay: decay) }
    }
  }
}
