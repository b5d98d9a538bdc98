import Backends
import Layers
import Operations
import Tensors
import TestSupport
import Testing

@testable import Networks

// The rewrites of ReLU keep outputs, loss and gradients to the last bit: they change neither which products are added
// nor their order. A ReLU and a maximum do not round, and a ReLU either keeps a gradient or makes it 0. Folding a batch
// normalization rounds different weights.
@Suite("Rewrites of layers", .serialized)
struct RewriteTests {
  private static let sets: [(name: String, rewrites: [any Rewrite])] = [
    ("ReLU moved", [MoveReLUBehindMaxPooling()]), ("ReLU fused", [FuseReLU()]),
    ("both", exact),
  ]
  private static let exact: [any Rewrite] = [MoveReLUBehindMaxPooling(), FuseReLU()]

  @Test("change no bit of outputs and gradients, in random chains", arguments: TestedBackends.names)
  func randomChains(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for precision in backend.information.precisions {
      var counts: [String: Int] = [:]
      for seed in 0..<UInt64(150) {
        let chain = try RandomChain(seed: seed, endsInSoftmax: precision != .bfloat16)
        let expected = try chain.results(backend, precision, rewrites: [])
        #expect(expected.rewrites.isEmpty)
        for (name, rewrites) in Self.sets {
          let actual = try chain.results(backend, precision, rewrites: rewrites)
          #expect(
            actual.tensors == expected.tensors,
            "\(backend.name), \(precision), \(name), seed \(seed): \(actual.rewrites) of \(chain.model)")
          for rewrite in actual.rewrites { counts["\(name): \(rewrite.name)", default: 0] += 1 }
        }
      }
      print("\(backend.name), \(precision):", counts.sorted { $0.key < $1.key })
      for (name, rewrites) in Self.sets {
        for rewrite in rewrites {
          #expect(counts["\(name): \(rewrite.name)", default: 0] > 20, "the chains should have tested it")
        }
      }
    }
  }

  @Test("fold batch normalization and keep outputs, in random chains", arguments: TestedBackends.names)
  func folding(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for precision in backend.information.precisions where precision != .bfloat16 {
      // Weights of float32 are rounded once more, by 2⁻²⁴ of a product that is at most some ten times the largest
      // output: running variances begin at 0.1. In float64 the outputs are still read in float32.
      let tolerance: Float = precision == .float64 ? 1e-6 : 2e-5
      var count = 0
      for seed in 0..<UInt64(100) {
        let chain = try RandomChain(seed: seed, endsInSoftmax: false, normalizes: true)
        let expected = try chain.prediction(backend, precision, rewrites: [])
        for rewrites in [[FoldBatchNormalization()], NetworkOptions().rewrites] as [[any Rewrite]] {
          let actual = try chain.prediction(backend, precision, rewrites: rewrites)
          let largest = expected.output.reduce(1) { max($0, abs($1)) }
          let error = zip(actual.output, expected.output).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
          #expect(error <= tolerance, "\(backend.name), \(precision), seed \(seed): \(actual.rewrites)")
          count += actual.rewrites.count { $0.name == FoldBatchNormalization().name }
        }
      }
      #expect(count > 40, "the chains should have tested it")
    }
  }

  @Test("of NiN are the documented ones")
  func nin() throws {
    let backend = try TestedBackends.make("reference")
    let rewrites = try Network(NiN(classes: 10), image: [1, 67, 67], backend: backend).rewrites
    #expect(
      rewrites.map(\.layers) == [
        ["net.0.5", "net.1"], ["net.2.5", "net.3"], ["net.4.5", "net.5"], ["net.0.0", "net.0.1"],
        ["net.0.2", "net.0.3"], ["net.2.0", "net.2.1"], ["net.2.2", "net.2.3"], ["net.4.0", "net.4.1"],
        ["net.4.2", "net.4.3"], ["net.7.0", "net.7.1"], ["net.7.2", "net.7.3"], ["net.7.4", "net.7.5"],
      ])
  }

  @Test("move a ReLU behind several poolings, and fuse only one of two")
  func severalInARow() throws {
    let model = Sequential(
      Conv2D(2, kernel: 1), ReLU(), MaxPool2D(kernel: 2), MaxPool2D(kernel: 2), Conv2D(2, kernel: 1), ReLU(),
      ReLU())
    let rewritten = RewrittenLayers(
      try model.resolved(for: [1, 1, 8, 8]), by: NetworkOptions().rewrites, allowing: { _ in true })
    #expect(rewritten.layers.map(\.name) == ["net.0", "net.2", "net.3", "net.1", "net.4", "net.6"])
    #expect(rewritten.layers.map { $0.absorbed.map(\.name) } == [[], [], [], [], ["net.5"], []])
    #expect(rewritten.layers[3].operation == .relu([1, 2, 2, 2]))
    // After the poolings the output is not yet that of the ReLU before them.
    #expect(rewritten.outputNames == ["net.0", nil, nil, "net.3", "net.5", "net.6"])
  }

  @Test("are proposed to the backend, each with the operations it would run")
  func refusal() throws {
    let layers = try NiN(classes: 10).resolved(for: [1, 1, 67, 67])
    let all = Self.exact
    #expect(RewrittenLayers(layers, by: all, allowing: { _ in false }).layers == layers)
    var proposals: [RewriteProposal] = []
    let rewritten = RewrittenLayers(layers, by: all) { proposal in
      proposals.append(proposal)
      return proposal.name == FuseReLU().name
    }
    #expect(Set(proposals.map(\.name)) == Set(all.map(\.name)))
    #expect(Set(rewritten.applied.map(\.name)) == [FuseReLU().name])
    for proposal in proposals {
      #expect(proposal.before.last?.outputShape == proposal.after.last?.outputShape)
    }
  }
}

/// A small network of random layers, its parameters and a batch.
private struct RandomChain {
  let model: Sequential
  private let image: Shape
  private let seed: UInt64
  private let classes: Int

  init(seed: UInt64, endsInSoftmax: Bool, normalizes: Bool = false) throws {
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 2)
    func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
    func layer() -> any Layer {
      switch pick(0...9) {
      case 0...2:
        Conv2D(
          pick(1...6), kernel: Extent2D(pick(1...3), pick(1...3)), stride: Extent2D(pick(1...2)),
          padding: Padding(pick(0...1)), hasBias: pick(0...1) == 1)
      case 3...5: ReLU()
      case 6...7:
        MaxPool2D(
          kernel: Extent2D(pick(2...3)), stride: Extent2D(pick(1...3)), padding: Padding(pick(0...1)),
          roundsUp: pick(0...1) == 1)
      case 8: AvgPool2D(kernel: 2, stride: Extent2D(pick(1...2)), padding: Padding(pick(0...1)))
      default: Dropout(0.3)
      }
    }
    image = [pick(1...3), pick(6...12), pick(6...12)]
    var layers: [any Layer] = []
    for _ in 0..<pick(2...9) {
      let next = layer()
      let isNormalized = normalizes && next is Conv2D && pick(0...2) > 0
      let longer = layers + (isNormalized ? [next, BatchNorm2D(epsilon: 1e-3)] : [next])
      // A layer that the shape is too small for is skipped.
      if (try? Sequential(longer).resolved(for: image.batched(1))) != nil { layers = longer }
    }
    layers.append(Flatten())
    if pick(0...1) == 1 { layers += [Dense(pick(1...8), hasBias: pick(0...1) == 1), ReLU()] }
    classes = pick(2...5)
    layers.append(Dense(classes))
    if endsInSoftmax, pick(0...1) == 1 { layers.append(Softmax()) }
    model = Sequential(layers)
    self.seed = seed
  }

  /// A network's results for the batch: outputs in prediction and in training, loss and gradients.
  func results(
    _ backend: any Backend, _ precision: Precision, rewrites: [any Rewrite]
  ) throws -> (tensors: [[Double]], rewrites: [AppliedRewrite]) {
    // Few different numbers, so that windows have several largest elements.
    let batch = TestImages.random(image.batched(3), seed: seed).map { ($0 * 2).rounded() / 2 }
    func network(isTraining: Bool) throws -> Network {
      var options = NetworkOptions(
        batchSizes: [3], precision: precision, isTraining: isTraining, microBatch: 2)
      options.rewrites = rewrites
      let network = try Network(model, image: image, backend: backend, options: options)
      try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: seed)
      return network
    }
    let predicting = try network(isTraining: false)
    let training = try network(isTraining: true)
    let labels = (0..<3).map { Int32($0 % classes) }
    let loss = try training.computeGradients(
      batch, labels: labels, context: RunContext(isTraining: true, seed: seed, step: 1)
    ).loss
    let gradients = try training.parameterShapes.map {
      try training.gradient($0.name, as: Double.self).elements
    }
    let outputs = try [predicting, training].map { try $0.predict(batch).elements.map { Double($0) } }
    return ([[loss]] + outputs + gradients, training.rewrites)
  }

  /// A network's prediction, with running statistics that are not the initial ones.
  func prediction(
    _ backend: any Backend, _ precision: Precision, rewrites: [any Rewrite]
  ) throws -> (output: [Float], rewrites: [AppliedRewrite]) {
    var options = NetworkOptions(batchSizes: [3], precision: precision, microBatch: 2)
    options.rewrites = rewrites
    let network = try Network(model, image: image, backend: backend, options: options)
    try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: seed)
    let shapes = Dictionary(
      uniqueKeysWithValues: network.stateSpecifications.map { ($0.name, $0.specification) })
    try network.setState { name in
      let specification = shapes[name] ?? StateSpecification(name: "", shape: [], initialValue: 0)
      let values = TestImages.random(specification.shape, seed: seed).map { Double($0) }
      return name.hasSuffix("var") ? values.map { abs($0) + 0.1 } : values.map { $0.rounded(.down) }
    }
    return (try network.predict(TestImages.random(image.batched(3), seed: seed)).elements, network.rewrites)
  }
}
