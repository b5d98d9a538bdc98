import Backends
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Parameters by name")
struct ParameterTests {
  private static let name = "net.2.weight"

  @Test("one parameter is set, with its average, and the others are unchanged")
  func one() throws {
    for (backend, precision) in try SmallNetwork.all() {
      let network = try SmallNetwork.make(backend, precision, keepsAverage: true)
      _ = try network.predict(SmallNetwork.images)
      let before = try network.parameters()
      let values = try network.parameter(Self.name).map { 2 * $0 + 0.25 }
      try network.setParameter(Self.name, to: values)
      let expected = before.map { $0.name == Self.name ? values : $0.tensor }
      #expect(try network.parameters().map(\.tensor) == expected, "\(backend.name), \(precision)")
      #expect(try network.averages().map(\.tensor) == expected)
      // The weights were packed before.
      let other = try SmallNetwork.make(backend, precision)
      let all = Dictionary(uniqueKeysWithValues: zip(before.map(\.name), expected))
      try other.setParameters { try #require(all[$0]) }
      #expect(try network.predict(SmallNetwork.images) == other.predict(SmallNetwork.images))
    }
  }

  @Test("values are read and set in any type, and rounded to the network's")
  func types() throws {
    for (backend, precision) in try SmallNetwork.all() {
      let network = try SmallNetwork.make(backend, precision)
      let shape = try network.parameter(Self.name).shape
      let third = Tensor(shape: shape, repeating: 1.0 / 3)
      try network.setParameter(Self.name, to: third)
      let rounded = precision == .float64 ? third : third.map { Double(Float($0)) }
      #expect(try network.parameter(Self.name, as: Double.self) == rounded)
      #expect(try network.parameter(Self.name) == third.map { Float($0) })
      #expect(throws: NetworkError.self) { try network.parameter(Self.name, as: Int64.self) }
      try network.setParameter(Self.name, to: Tensor<Int64>(shape: shape, repeating: -3))
      #expect(try network.parameter(Self.name) == Tensor<Float>(shape: shape, repeating: -3))
      #expect(try network.parameter(Self.name, as: Int64.self) == Tensor(shape: shape, repeating: -3))
      let all = try network.parameters(as: Double.self)
      #expect(all.map(\.name) == network.parameterShapes.map(\.name))
      #expect(try all.map { $0.tensor.map { Float($0) } } == network.parameters().map(\.tensor))
      try network.computeGradients()
      #expect(
        try network.gradients(as: Double.self).map { $0.tensor.map { Float($0) } }
          == network.gradients().map(\.tensor))
    }
  }

  @Test("parameters and state come from one source, as in a state dict")
  func stateDict() throws {
    for (backend, precision) in try SmallNetwork.all() {
      let trained = try SmallNetwork.make(backend, precision)
      try trained.computeGradients()
      var source = try trained.doubleParameters()
      for (name, tensor) in trained.state() { source[name] = tensor }
      let network = try SmallNetwork.make(backend, precision)
      try network.setParametersAndState { try #require(source[$0]) }
      #expect(network.state().map(\.tensor) == trained.state().map(\.tensor))
      #expect(network.state().last?.tensor.elements == [1])
      #expect(try network.predict(SmallNetwork.images) == trained.predict(SmallNetwork.images))
    }
  }

  @Test("an unknown name and another shape are rejected, and change nothing")
  func refusals() throws {
    let network = try SmallNetwork.make(TestedBackends.make("reference"), keepsAverage: true)
    let before = try network.parameters().map(\.tensor)
    let error = #expect(throws: NetworkError.self) {
      try network.setParameter("net.99.weight", to: Tensor<Float>(shape: [1], repeating: 0))
    }
    guard case .unknownName("net.99.weight", let available, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(available == network.parameterShapes.map(\.name))
    #expect(throws: NetworkError.self) {
      try network.setParameter(Self.name, to: Tensor<Float>(shape: [1], repeating: 0))
    }
    #expect(try network.parameters().map(\.tensor) == before)
  }
}
