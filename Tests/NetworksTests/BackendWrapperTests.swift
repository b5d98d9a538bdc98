import Backends
import Layers
import Networks
import Operations
import Tensors
import TestSupport
import Testing

@Suite("A backend that replaces a row of another")
struct BackendWrapperTests {
  /// Computes a sigmoid for each ReLU.
  private struct SigmoidForReLU: BackendWrapper {
    let base: any Backend
    let name = "patched"
    let table: OperationTable

    init(_ base: any Backend) {
      self.base = base
      var table = base.table
      let sigmoid = base.table.sigmoid.function
      table.relu = .init("patched", "the base's sigmoid") { request, shape in try sigmoid(request, shape) }
      self.table = table
    }
  }

  /// Channels that fill no vector, so that the base's layouts have to be reordered.
  private static func model(_ activation: any Layer) -> Sequential {
    Sequential(
      Conv2D(5, kernel: 3), activation, Conv2D(6, kernel: 3, padding: 1), activation, GlobalAvgPool2D(),
      Flatten(), Dense(4))
  }

  private static func network(_ activation: any Layer, _ backend: any Backend) throws -> Network {
    let network = try Network(
      model(activation), image: [3, 9, 8], backend: backend,
      options: NetworkOptions(batchSizes: [7], isTraining: true))
    try network.initialize(Initialization(), seed: 5)
    return network
  }

  @Test(
    "runs its kernel and the base's other ones, in prediction and training", arguments: TestedBackends.names)
  func replacedRow(name: String) throws {
    let base = try TestedBackends.make(name)
    let patched = try Self.network(ReLU(), SigmoidForReLU(base))
    let expected = try Self.network(Sigmoid(), base)
    let images = ImageBatch.floats(TestImages.random([7, 3, 9, 8], seed: 2))
    #expect(try patched.predict(images) == expected.predict(images))
    for network in [patched, expected] {
      try network.computeGradients(
        images, labels: [0, 1, 2, 3, 0, 1, 2], context: RunContext(isTraining: true))
    }
    for (name, _) in expected.parameterShapes {
      #expect(try patched.gradient(name) == expected.gradient(name), "\(name)")
    }
  }

  @Test("fuses only if it allows that, and keeps the base's limitations", arguments: TestedBackends.names)
  func questions(name: String) throws {
    let base = try TestedBackends.make(name)
    let patched = SigmoidForReLU(base)
    let geometry = try ConvolutionGeometry(
      input: [2, 3, 9, 8], outputChannels: 4, window: SlidingWindow(kernel: 3))
    let fused = RewriteProposal(
      name: "fuse", before: [.convolution(geometry, activation: nil), .relu(geometry.outputShape)],
      after: [.convolution(geometry, activation: .relu)])
    #expect(base.allows(fused) && !patched.allows(fused))
    let unfused = RewriteProposal(
      name: "move", before: [.relu([2, 3, 9, 8])], after: [.relu([2, 3, 9, 8])])
    #expect(patched.allows(unfused) == base.allows(unfused))
    for precision in Precision.allCases {
      #expect(
        patched.limitation(of: .relu([1, 2]), precision: precision)
          == base.limitation(of: .relu([1, 2]), precision: precision))
    }
  }
}
