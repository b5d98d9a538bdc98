import Backends
import Layers
import Networks
import Operations
import Tensors
import TestSupport
import Testing

/// The promise of Numerics.md: the same seed, backend and CPU give the same bits on any number of threads.
@Suite("Any number of threads gives the same bits", .serialized)
struct ThreadCountTests {
  private static let counts = [1, 2, 3, 4]

  /// Networks that need all ways of dividing a batch.
  enum Architecture: String, CaseIterable {
    case nin = "NiN"
    /// As VGG-11, but with few channels: its dense layers' weights outweigh their activations.
    case slimVGG = "a slim VGG-11"
    case batchNormalization = "a network with batch normalization"

    var model: Sequential {
      switch self {
      case .nin: NiN(classes: 10)
      case .slimVGG:
        Sequential(
          [(1, 8), (1, 12), (2, 16), (2, 20), (2, 20)].map { vggBlock(convolutions: $0, channels: $1) }
            + [
              Flatten(), Dense(640), ReLU(), Dropout(0.5), Dense(640), ReLU(), Dropout(0.5), Dense(10),
            ])
      case .batchNormalization:
        Sequential(
          Conv2D(18, kernel: 3, padding: 1, hasBias: false), BatchNorm2D(), ReLU(), MaxPool2D(kernel: 2),
          BatchNorm2D(), Conv2D(33, kernel: 3, stride: 2), ReLU(), BatchNorm2D(), Dropout(0.3),
          Conv2D(10, kernel: 1), GlobalAvgPool2D(), Flatten())
      }
    }

    var image: Shape {
      switch self {
      case .nin: [1, 67, 67]
      case .slimVGG: [1, 64, 64]
      case .batchNormalization: [3, 29, 26]
      }
    }
  }

  private func network(
    _ architecture: Architecture, _ backend: any Backend, _ precision: Precision, isTraining: Bool,
    batch: Int,
    convolutions: ConvolutionChoice = .automatic
  ) throws -> Network {
    let network = try Network(
      architecture.model, image: architecture.image, backend: backend,
      options: NetworkOptions(
        batchSizes: [batch], precision: precision, isTraining: isTraining,
        optimizerSlots: ["velocity", "first_moment", "second_moment"], keepsAverage: isTraining,
        convolutions: convolutions))
    try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 3)
    return network
  }

  private func precisions(_ backend: String) throws -> [Precision] {
    try TestedBackends.make(backend).information.precisions
  }

  @Test("in training", arguments: TestedBackends.fastNames, Architecture.allCases)
  func training(backend: String, architecture: Architecture) throws {
    for precision in try precisions(backend) {
      var expected: [Tensor<Float>] = []
      for threads in Self.counts {
        let network = try network(
          architecture, TestedBackends.make(backend, threads: threads), precision, isTraining: true, batch: 35
        )
        var losses: [Double] = []
        // The last batch of an epoch has fewer images.
        for (step, count) in [35, 11].enumerated() {
          let images = TestImages.random(architecture.image.batched(count), seed: UInt64(step))
          let score = try network.computeGradients(
            images, labels: (0..<Int32(count)).map { $0 % 10 },
            context: RunContext(isTraining: true, seed: 1, step: step))
          losses.append(score.loss)
          try network.update(
            GradientDescentRule(learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3), maximumNorm: 1)
          try network.update(.adamW(AdamWRule(learningRate: 1e-3)), step: step, maximumNorm: 1)
          try network.updateAverage(decay: 0.9)
        }
        let result =
          try network.parameters().map(\.tensor) + network.gradients().map(\.tensor)
          + network.averages().map(\.tensor) + network.optimizerState().map(\.tensor)
          + network.state().map { $0.tensor.map { Float($0) } }
          + [Tensor(shape: [2], elements: losses.map { Float($0) })]
        #expect(result.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
        if expected.isEmpty { expected = result }
        #expect(result == expected, "\(precision), \(threads) threads")
      }
    }
  }

  @Test(
    "in prediction, for few images and for many", arguments: TestedBackends.fastNames, Architecture.allCases)
  func prediction(backend: String, architecture: Architecture) throws {
    for precision in try precisions(backend) {
      var expected: [Tensor<Float>] = []
      for threads in Self.counts {
        let backend = try TestedBackends.make(backend, threads: threads)
        let result = try [1, 2, 3, 5, 8, 70].map { count in
          try network(architecture, backend, precision, isTraining: false, batch: count)
            .predict(TestImages.random(architecture.image.batched(count), seed: 4))
        }
        if expected.isEmpty { expected = result }
        #expect(result == expected, "\(precision), \(threads) threads")
      }
    }
  }

  @Test("in prediction by winograd, each image computed by all threads", arguments: TestedBackends.fastNames)
  func wideWinograd(backend: String) throws {
    for precision in try precisions(backend) {
      let results = try Self.counts.map { threads in
        let network = try network(
          .nin, TestedBackends.make(backend, threads: threads), precision, isTraining: false, batch: 2,
          convolutions: .winograd)
        #expect(network.layers(by: .winograd) == ["net.2.0", "net.4.0", "net.7.0"])
        return try network.predict(TestImages.random(Architecture.nin.image.batched(2), seed: 6))
      }
      #expect(results.allSatisfy { $0 == results[0] }, "\(precision)")
    }
  }

  @Test("where a network was prepared for another batch", arguments: TestedBackends.fastNames)
  func otherBatches(backend: String) throws {
    let images = TestImages.random(Architecture.nin.image.batched(9), seed: 5)
    let results = try [1, 3].map { threads in
      let network = try network(
        .nin, TestedBackends.make(backend, threads: threads), .float32, isTraining: false, batch: 64)
      return try [1, 9, 2].map { count in
        let elements = images.elements[..<(count * images.shape.perImage.elementCount)]
        return try network.predict(Tensor(shape: images.shape.withBatch(count), elements: Array(elements)))
      }
    }
    #expect(results[0] == results[1])
  }
}
