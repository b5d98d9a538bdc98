import Backends
import Costs
import Datasets
import Layers
import MachineLimits
import Networks
import Tensors
import Training

/// Counts and measures the cost of a network of the catalog, on the book's images.
struct NetworkTiming {
  let model: ModelCatalog
  let backend: any Backend
  let computation: Recipe.Computation

  private static let classes = 10
  private static let usualBatch = 128
  /// The bytes of Fashion-MNIST's images, which training holds in memory.
  private static let imageBytes = 70_000 * 28 * 28

  private var image: Shape { [1, model.defaultImageSize, model.defaultImageSize] }

  private func network(batch: Int, isTraining: Bool) throws -> Network {
    try Network(
      model.model(classes: Self.classes), image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: [batch], precision: computation.precision ?? .float32, isTraining: isTraining,
        optimizerSlots: isTraining ? Recipe.book.rule(learningRate: 0).slots : [],
        microBatch: computation.microBatch, convolutions: computation.convolutions ?? .automatic))
  }

  /// The expected seconds of a step and a prediction of a batch; nil if the machine's peak is unknown.
  func predictedSeconds(batch: Int, on ceilings: Ceilings) throws -> Double? {
    let training = StepTime(of: try network(batch: batch, isTraining: true), on: ceilings)
    let prediction = StepTime(of: try network(batch: batch, isTraining: false), on: ceilings)
    return training.flatMap { step in prediction.map { step.total + $0.total } }
  }

  /// Measures the network.
  ///
  /// - Parameters:
  ///   - batch: The number of images in a measured batch.
  ///   - repetitions: The number of measurements of each, after one that is discarded.
  ///   - isLate: Called after each; if true, the rest is omitted once there are as many as the plan's minimum.
  ///   - shouldStop: Called after each.
  /// - Returns: The cost; nil if it was stopped.
  /// - Throws: The errors of `Network`.
  func cost(
    batch: Int, repetitions: Int, isLate: () -> Bool = { false }, shouldStop: () -> Bool
  ) throws -> NetworkCost? {
    let summary = try Summary(model.model(classes: Self.classes), input: image.batched(1))
    // One network at a time, so that they do not need memory at the same time.
    let trainingMemory = ProcessMemory(
      training: try network(batch: Self.usualBatch, isTraining: true), images: Self.imageBytes,
      imageByteCount: image.elementCount, batchesHeld: BatchLoader.defaultBatchesAhead + 1)
    let predictionMemory = ProcessMemory(
      prediction: try network(batch: Self.usualBatch, isTraining: false), imageByteCount: image.elementCount)
    guard let training = try trainingSeconds(batch, repetitions, isLate, shouldStop),
      let prediction = try predictionSeconds(batch, repetitions, isLate, shouldStop)
    else { return nil }
    return NetworkCost(
      network: model.rawValue, parameters: summary.parameters, denseParameters: summary.denseParameters,
      multiplyAccumulates: summary.macs, trainingMemory: trainingMemory.total,
      predictionMemory: predictionMemory.total, training: training, prediction: prediction)
  }

  private func trainingSeconds(
    _ batch: Int, _ repetitions: Int, _ isLate: () -> Bool, _ shouldStop: () -> Bool
  ) throws -> [Double]? {
    let network = try network(batch: batch, isTraining: true)
    try network.initialize(seed: 0)
    // A rate of 0 costs the same, and keeps the parameters.
    let rule = Recipe.book.rule(learningRate: 0)
    let labels = (0..<batch).map { Int32($0 % Self.classes) }
    return try seconds(batch, repetitions, isLate, shouldStop) { pixels, step in
      _ = try labels.withUnsafeBufferPointer {
        try network.computeGradients(
          pixels, labels: $0, context: RunContext(isTraining: true, seed: 0, step: step))
      }
      try network.update(rule, step: step)
    }
  }

  private func predictionSeconds(
    _ batch: Int, _ repetitions: Int, _ isLate: () -> Bool, _ shouldStop: () -> Bool
  ) throws -> [Double]? {
    let network = try network(batch: batch, isTraining: false)
    try network.initialize(seed: 0)
    return try seconds(batch, repetitions, isLate, shouldStop) { pixels, _ in
      _ = try network.predict(pixels, count: batch)
    }
  }

  /// Seconds per image for each repetition except the first; nil if it was stopped.
  private func seconds(
    _ batch: Int, _ repetitions: Int, _ isLate: () -> Bool, _ shouldStop: () -> Bool,
    _ body: (Pixels, _ step: Int) throws -> Void
  ) throws -> [Double]? {
    let bytes = (0..<batch * image.elementCount).map { UInt8($0 * 31 % 251) }
    var times: [Double] = []
    for step in 0...repetitions {
      if shouldStop() { return nil }
      if step > ResourcePlan.minimumRepetitions, isLate() { break }
      let began = ContinuousClock.now
      try bytes.withUnsafeBufferPointer { buffer in
        guard let pixels = buffer.baseAddress else { return }
        try body(.bytes(pixels), step)
      }
      times.append((ContinuousClock.now - began) / .seconds(1) / Double(batch))
    }
    return Array(times.dropFirst())
  }
}
