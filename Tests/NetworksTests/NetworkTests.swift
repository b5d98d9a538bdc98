import Backends
import Layers
import Networks
import Operations
import Tensors
import TestSupport
import Testing

@Suite("Networks", .serialized)
struct NetworkTests {
  private let labels: [Int32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  private let images = TestImages.random([10, 1, 67, 67], seed: 1)
  /// The allowed difference between float32 gradients summed in different orders, relative to the largest element.
  ///
  /// A sum of m products has an error of about 2 + 4·√m units of 2⁻²⁴. The longest sum here, over 10 images of 15×15
  /// elements, has m = 2,250: that is 1.15e-5 on either side. The observed maximum is 2.3e-6.
  private let rounding = 2.3e-5

  private func network(
    _ backend: String, batchSize: Int = 10, microBatch: Int? = nil, threads: Int = 2,
    optimizerSlots: [String] = [], convolutions: ConvolutionChoice = .automatic
  ) throws -> Network {
    let options = NetworkOptions(
      batchSizes: [batchSize], isTraining: true, optimizerSlots: optimizerSlots, microBatch: microBatch,
      convolutions: convolutions)
    let network = try Network(
      NiN(classes: 10), image: [1, 67, 67], backend: TestedBackends.make(backend, threads: threads),
      options: options)
    try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 5)
    return network
  }

  private func largestDifference(_ left: Network, _ right: Network) throws -> Double {
    try zip(left.gradients(), right.gradients()).map { left, right in
      let largest = right.tensor.elements.map(abs).max() ?? 0
      let difference = zip(left.tensor.elements, right.tensor.elements).map { abs($0 - $1) }.max() ?? 0
      return Double(difference / max(largest, .leastNormalMagnitude))
    }.max() ?? 0
  }

  @Test(
    "the gradient does not depend on how the batch is divided, dropout on", arguments: TestedBackends.names)
  func microBatches(backend: String) throws {
    let context = RunContext(isTraining: true, seed: 7, step: 3)
    let whole = try network(backend)
    let expected = try whole.computeGradients(images, labels: labels, context: context)
    for microBatch in [1, 3, 4] {
      let divided = try network(backend, microBatch: microBatch)
      let score = try divided.computeGradients(images, labels: labels, context: context)
      #expect(abs(score.loss - expected.loss) < 1e-6)
      #expect(try largestDifference(divided, whole) < rounding, "by \(microBatch)")
    }
  }

  /// The closer of two batches is judged: a mistake would change both.
  ///
  /// A rounding may make another element of a pooling's window the largest, which moves gradients before it by
  /// hundredths, by direct convolutions too. That is chance, and depends on the batch.
  @Test(
    "dropout and gradients are identical on all backends", arguments: TestedBackends.fastNames,
    [ConvolutionChoice.direct, .winograd])
  func backendsAgree(backend: String, convolutions: ConvolutionChoice) throws {
    let context = RunContext(isTraining: true, seed: 1 << 40 + 9, step: 70_000)
    let differences = try [UInt64(2), 8].map { seed in
      let images = TestImages.random([10, 1, 67, 67], seed: seed)
      let reference = try network("reference")
      let other = try network(backend, convolutions: convolutions)
      let expected = try reference.computeGradients(images, labels: labels, context: context)
      let actual = try other.computeGradients(images, labels: labels, context: context)
      #expect(abs(actual.loss - expected.loss) < (convolutions == .direct ? 1e-6 : 1e-5))
      return try largestDifference(other, reference)
    }
    #expect(differences.contains { $0 < rounding }, "\(differences)")
  }

  @Test("the same seed and threads give the same bits", arguments: TestedBackends.names)
  func repeatability(backend: String) throws {
    func train() throws -> [Tensor<Float>] {
      let network = try network(backend, optimizerSlots: ["velocity"])
      for step in 0..<3 {
        _ = try network.computeGradients(
          images, labels: labels, context: RunContext(isTraining: true, seed: 1, step: step))
        try network.update(
          GradientDescentRule(learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3, nesterov: true),
          maximumNorm: 1)
      }
      return try network.parameters().map(\.tensor)
    }
    let first = try train()
    #expect(try train() == first)
  }

  @Test("a batch of any size can be run after preparation", arguments: TestedBackends.names)
  func anyBatchSize(backend: String) throws {
    let network = try network(backend, batchSize: 4)
    let all = try network.predict(images)
    for count in [1, 2, 3, 5, 7] {
      let some = Tensor(
        shape: images.shape.withBatch(count), elements: Array(images.elements[..<(count * 67 * 67)]))
      let logits = try network.predict(some)
      #expect(logits.shape == [count, 10])
      for (actual, expected) in zip(logits.elements, all.elements) { #expect(abs(actual - expected) < 1e-5) }
    }
    #expect(network.memory.parts == (try self.network(backend, batchSize: 4)).memory.parts)
  }

  @Test("parameters are read as they were set, in PyTorch's layout", arguments: TestedBackends.names)
  func parameterRoundTrip(backend: String) throws {
    let model = Sequential(
      Conv2D(18, kernel: Extent2D(3, 2), padding: 1, groups: 3), ReLU(), MaxPool2D(kernel: 2),
      Conv2D(20, kernel: 3, hasBias: false), AvgPool2D(kernel: 2, padding: 1), Flatten(), Dense(7), ReLU(),
      Dropout(0.3), Dense(5, hasBias: false))
    let network = try Network(
      model, image: [6, 13, 12], backend: TestedBackends.make(backend),
      options: NetworkOptions(batchSizes: [3], isTraining: true))
    var given: [String: Tensor<Float>] = [:]
    for (index, parameter) in network.parameterShapes.enumerated() {
      given[parameter.name] = TestImages.random(parameter.shape, seed: UInt64(index))
    }
    try network.setParameters { name in try #require(given[name]) }
    #expect(try network.parameters().count == 6)
    for (name, tensor) in try network.parameters() { #expect(tensor == given[name], "\(name)") }

    let input = TestImages.random([3, 6, 13, 12], seed: 50)
    let reference = try Network(
      model, image: [6, 13, 12], backend: TestedBackends.make("reference"),
      options: NetworkOptions(batchSizes: [3], isTraining: true))
    try reference.setParameters { name in try #require(given[name]) }
    let context = RunContext(isTraining: true, seed: 2, step: 1)
    let expected = try reference.computeGradients(input, labels: [0, 4, 2], context: context)
    let actual = try network.computeGradients(input, labels: [0, 4, 2], context: context)
    #expect(abs(actual.loss - expected.loss) < 1e-5 * max(1, expected.loss))
    #expect(try largestDifference(network, reference) < rounding)
  }

  @Test("keeping activations changes nothing but the memory", arguments: TestedBackends.names)
  func keptActivations(backend: String) throws {
    // With direct convolutions, which need little memory besides the activations.
    let plain = try network(backend, convolutions: .direct)
    let keeping = try Network(
      NiN(classes: 10), image: [1, 67, 67], backend: TestedBackends.make(backend),
      options: NetworkOptions(
        batchSizes: [10], isTraining: true, convolutions: .direct, keepsActivations: true))
    try keeping.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 5)
    let activations = try keeping.activations(images)
    #expect(activations.last?.values == (try plain.predict(images)))
    #expect(keeping.memory.parts >= plain.memory.activations)
  }

  @Test("activations that were not kept are rejected with the options that would keep them")
  func missingActivations() throws {
    for options in [NetworkOptions(batchSizes: [10]), NetworkOptions(keepsActivations: true)] {
      let network = try Network(
        NiN(classes: 10), image: [1, 67, 67], backend: TestedBackends.make("reference"), options: options)
      let error = #expect(throws: NetworkError.self) { try network.activations(images) }
      #expect(
        error?.description.contains("NetworkOptions(batchSizes: [10], keepsActivations: true)") == true,
        "\(String(describing: error))")
      #expect(error?.description.contains("the activations of 10 images") == true)
    }
    let network = try network("reference")
    let error = #expect(throws: NetworkError.self) {
      try network.activations(TestImages.random([1, 1, 67, 67], seed: 0))
    }
    #expect(error?.description.contains("the activations of 1 image;") == true)
  }

  @Test("clipping limits the gradients to the requested norm", arguments: TestedBackends.names)
  func clipping(backend: String) throws {
    let network = try network(backend)
    let before = try network.parameters().flatMap(\.tensor.elements)
    _ = try network.computeGradients(images, labels: labels)
    #expect(try network.gradientNorm > 0.01)
    try network.update(GradientDescentRule(learningRate: 1), maximumNorm: 0.01)
    let after = try network.parameters().flatMap(\.tensor.elements)
    let moved = zip(before, after).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    #expect(abs(moved / 0.01 - 1) < 1e-2)
  }

  @Test("a layer that does not fit is rejected by name, without a trap")
  func errors() throws {
    let backend = try TestedBackends.make("reference")
    #expect(throws: LayerError.self) { try Network(NiN(classes: 10), image: [1, 64, 64], backend: backend) }
    #expect(throws: LayerError.self) { try Network(NiN(classes: 10), image: [224, 224], backend: backend) }
    #expect(throws: NetworkError.self) { try Network(Sequential(), image: [1, 8, 8], backend: backend) }
    for sizes in [[], [0], [-1]] {
      #expect(throws: NetworkError.self) {
        try Network(
          NiN(classes: 10), image: [1, 67, 67], backend: backend, options: NetworkOptions(batchSizes: sizes))
      }
    }
    let network = try network("reference")
    #expect(throws: NetworkError.self) { try network.predict(TestImages.random([1, 3, 67, 67], seed: 0)) }
    #expect(throws: NetworkError.self) { try network.computeGradients(images, labels: labels.map { $0 + 1 }) }
    #expect(throws: NetworkError.self) {
      try network.update(GradientDescentRule(learningRate: 1, momentum: 0.5))
    }
    #expect(throws: NetworkError.self) { try network.setParameters { _ in Tensor(shape: [1], repeating: 0) } }
  }

  @Test("the causes of errors are distinguished by cases, with names and shapes")
  func causes() throws {
    let network = try network("reference")
    let images = #expect(throws: NetworkError.self) {
      try network.predict(TestImages.random([1, 3, 67, 67], seed: 0))
    }
    guard case .wrongShape("images", [1, 67, 67], [1, 3, 67, 67], _) = images else {
      Issue.record("\(String(describing: images))")
      return
    }
    let shape = #expect(throws: NetworkError.self) {
      try network.setParameters { _ in Tensor(shape: [1], repeating: 0) }
    }
    guard case .wrongShape("net.0.0.weight", [96, 1, 11, 11], [1], _) = shape else {
      Issue.record("\(String(describing: shape))")
      return
    }
    let name = #expect(throws: NetworkError.self) { try network.parameter("net.99.weight") }
    guard case .unknownName("net.99.weight", let available, _) = name else {
      Issue.record("\(String(describing: name))")
      return
    }
    #expect(available.first == "net.0.0.weight")
    let precision = #expect(throws: NetworkError.self) {
      try Network(
        NiN(classes: 10), image: [1, 67, 67], backend: TestedBackends.make("reference"),
        options: NetworkOptions(precision: .bfloat16))
    }
    guard case .backend("net.0.0", .unsupportedOperation) = precision else {
      Issue.record("\(String(describing: precision))")
      return
    }
  }

  @Test(
    "a precision that a backend lacks is rejected when the network is prepared",
    arguments: TestedBackends.names)
  func precisions(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for precision in Precision.allCases where !backend.information.precisions.contains(precision) {
      let error = #expect(throws: NetworkError.self) {
        try Network(
          NiN(classes: 10), image: [1, 67, 67], backend: backend,
          options: NetworkOptions(precision: precision))
      }
      #expect(error?.description.hasPrefix("net.0.0: ") == true)
    }
  }
}
