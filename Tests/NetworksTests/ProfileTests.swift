import Backends
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Profiles of networks")
struct ProfileTests {
  private let images = TestImages.random([3, 1, 67, 67], seed: 1)
  private let labels: [Int32] = [0, 1, 2]

  private func network(_ backend: String) throws -> Network {
    let network = try Network(
      NiN(classes: 10), image: [1, 67, 67], backend: TestedBackends.make(backend),
      options: NetworkOptions(batchSizes: [3], isTraining: true, microBatch: 2))
    try network.initialize(seed: 0)
    return network
  }

  @Test("the parts of a step are recorded, and take no longer than the step", arguments: TestedBackends.names)
  func parts(backend: String) throws {
    let network = try network(backend)
    let profile = Profile(of: network)
    network.profile = profile
    let step = try ContinuousClock().measure {
      _ = try network.computeGradients(images, labels: labels, context: RunContext(isTraining: true))
      try network.update(GradientDescentRule(learningRate: 0.1))
    }
    var sum = Duration.zero
    for layer in network.layers {
      #expect(profile[layer, .forward] > .zero)
      for work in Profile.LayerWork.allCases { sum += profile[layer, work] }
    }
    for work in Profile.NetworkWork.allCases {
      #expect((profile[work] > .zero) == (work != .outputReorder))
      sum += profile[work]
    }
    #expect(profile[network.layers[0], .inputGradient] == .zero, "the images' gradient is not requested")
    #expect(sum <= step)
  }

  @Test("a profile can be reset to zero, and does not change once it is removed")
  func reset() throws {
    let network = try network("reference")
    let profile = Profile(of: network)
    network.profile = profile
    _ = try network.predict(images)
    #expect(profile[.outputReorder] > .zero)
    profile.reset()
    network.profile = nil
    _ = try network.predict(images)
    #expect(profile[.outputReorder] == .zero)
    #expect(profile[network.layers[0], .forward] == .zero)
  }
}
