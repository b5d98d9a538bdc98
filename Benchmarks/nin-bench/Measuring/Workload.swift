import NetworkInNetwork

/// A prepared network with images, of which steps can be run.
final class Workload {
  let network: Network
  private let configuration: Configuration
  private let images: [Float]
  private let labels: [Int32]
  private var logits: [Float]
  private let rule = GradientDescentRule(learningRate: 0.05)
  private var step = 0

  /// Prepares the network.
  ///
  /// The images are random numbers of the real shape: neither reading nor resizing is measured.
  init(_ configuration: Configuration) throws {
    self.configuration = configuration
    guard let model = ModelCatalogue(rawValue: configuration.model) else {
      throw BenchmarkError("there is no model '\(configuration.model)'")
    }
    let backend = try BackendRegistry.backend(
      named: configuration.backend, BackendOptions(threads: ThreadPool(count: configuration.threads)))
    let size = configuration.imageSize
    network = try Network(
      model.model(classes: 10), image: [1, size, size], backend: backend,
      options: NetworkOptions(
        batchSizes: [configuration.batchSize], precision: configuration.precision,
        isTraining: configuration.task == .training, microBatch: configuration.microBatch))
    try network.initialise(seed: 0)
    var generator = PhiloxGenerator(seed: 0, purpose: .synthesis, index: 0)
    images = (0..<configuration.batchSize * size * size).map { _ in Float(generator.nextUniform()) }
    logits = Array(repeating: 0, count: network.outputShape(configuration.batchSize).elementCount)
    labels = (0..<configuration.batchSize).map { Int32($0 % 10) }
  }

  /// Runs one step of the task.
  func run() throws {
    try images.withUnsafeBufferPointer { pixels in
      guard let first = pixels.baseAddress else { return }
      switch configuration.task {
      case .training: try train(.floats(first))
      case .prediction: try predict(.floats(first))
      }
    }
  }

  private func predict(_ pixels: Pixels) throws {
    try logits.withUnsafeMutableBufferPointer {
      try network.predict(pixels, count: configuration.batchSize, into: $0)
    }
  }

  private func train(_ pixels: Pixels) throws {
    try labels.withUnsafeBufferPointer { labels in
      _ = try network.computeGradients(
        pixels, labels: labels, pass: Pass(isTraining: true, seed: 0, step: step))
    }
    try network.update(rule)
    step += 1
  }
}
