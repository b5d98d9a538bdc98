import AllocationCounting
import Layers
import Networks
import TestSupport
import Testing

/// The memory predicted for training has one copy of the largest parameter.
@Suite("Checking parameters takes no more memory than writing them", .countsAllocations, .optimized)
struct ParameterCheckTests {
  @Test("a copy of each in turn", arguments: TestedBackends.names)
  func copies(backend: String) throws {
    let network = try Network(
      Sequential(Flatten(), Dense(500)), image: [1, 20, 20],
      backend: TestedBackends.make(backend, allowsEmulation: true))
    try network.initialize(seed: 1)
    let parameters = network.parameterShapes.reduce(0) { $0 + 4 * $1.shape.elementCount }
    var isFinite = false
    let counts = try AllocationCounter.counts { isFinite = try network.firstNonFiniteParameter() == nil }
    #expect(isFinite)
    #expect(counts.ours.bytes < parameters + parameters / 10, "\(counts)")
  }
}
