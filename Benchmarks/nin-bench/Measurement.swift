import NetworkInNetwork

/// Times NiN on one backend.
struct Measurement {
  /// What is timed.
  struct Settings {
    var batchSize: Int
    var microBatch: Int?
    var imageSize: Int
    var steps: Int
  }

  private let backend: any Backend
  private let settings: Settings
  private let images: Tensor<Float>
  private let labels: [Int32]

  init(_ backend: any Backend, _ settings: Settings) {
    self.backend = backend
    self.settings = settings
    let size = settings.imageSize
    var generator = PhiloxGenerator(seed: 0, purpose: .synthesis, index: 0)
    let shape = Shape(settings.batchSize, 1, size, size)
    images = Tensor(
      shape: shape, elements: (0..<shape.elementCount).map { _ in Float(generator.nextUniform()) })
    labels = (0..<settings.batchSize).map { Int32($0 % 10) }
  }

  func printAll() throws {
    try printTraining()
    try printPrediction(batchSize: settings.batchSize)
    try printPrediction(batchSize: 1)
  }

  private func printTraining() throws {
    let network = try makeNetwork(batchSize: settings.batchSize, isTraining: true)
    let rule = GradientDescentRule(learningRate: 0.05)
    var step = 0
    let seconds = try time {
      try images.elements.withUnsafeBufferPointer { pixels in
        try labels.withUnsafeBufferPointer { labels in
          guard let first = pixels.baseAddress else { return }
          _ = try network.computeGradients(
            .floats(first), labels: labels, pass: Pass(isTraining: true, seed: 0, step: step))
        }
      }
      try network.update(rule)
      step += 1
    }
    report("training step", seconds, images: settings.batchSize, network)
  }

  private func printPrediction(batchSize: Int) throws {
    let network = try makeNetwork(batchSize: batchSize, isTraining: false)
    let seconds = try time {
      try images.elements.withUnsafeBufferPointer { pixels in
        guard let first = pixels.baseAddress else { return }
        _ = try network.predict(.floats(first), count: batchSize)
      }
    }
    report("prediction", seconds, images: batchSize, network)
  }

  private func makeNetwork(batchSize: Int, isTraining: Bool) throws -> Network {
    let network = try Network(
      NiN(classes: 10), image: [1, settings.imageSize, settings.imageSize], backend: backend,
      options: NetworkOptions(
        batchSizes: [batchSize], isTraining: isTraining, microBatch: settings.microBatch))
    try network.initialise(seed: 0)
    return network
  }

  /// The seconds of each counted run, shortest first.
  private func time(_ body: () throws -> Void) throws -> [Double] {
    let clock = ContinuousClock()
    _ = try clock.measure(body)
    return try (0..<settings.steps).map { _ in try clock.measure(body) / .seconds(1) }.sorted()
  }

  private func report(_ what: String, _ seconds: [Double], images: Int, _ network: Network) {
    let median = seconds[seconds.count / 2]
    let milliseconds = [median, seconds[0], seconds[seconds.count - 1]].map { decimal($0 * 1000) }
    print(
      "  \(what), batch \(images) by \(network.microBatch): median \(milliseconds[0]) ms"
        + " (\(milliseconds[1])–\(milliseconds[2])), \(decimal(Double(images) / median)) images/s,"
        + " \(network.memory.total >> 20) MiB held")
  }

  private func decimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
