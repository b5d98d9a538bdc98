import Costs
import MachineLimits
import NetworkInNetwork

/// The predicted costs of a network on a backend: memory from its preparation, time from a model and the machine's peaks.
struct CostEstimate {
  /// The costs of training or of prediction.
  struct Use {
    let plan: BatchPlan
    let memory: ProcessMemory
    let byWinograd: [String]
    /// The predicted time; nil if it was not requested, or the precision's peak is unknown.
    let time: StepTime?

    fileprivate init(_ network: Network, _ memory: ProcessMemory, _ ceilings: Ceilings?) {
      plan = network.batchPlan
      self.memory = memory
      byWinograd = network.layers(by: .winograd)
      time = ceilings.flatMap { StepTime(of: network, on: $0) }
    }
  }

  let backend: String
  let threads: Int
  let precision: Precision
  let batchSize: Int
  let training: Use
  let prediction: Use
  let ceilings: Ceilings?

  /// The images of the default data set.
  enum FashionMNISTCounts {
    static let training = 60_000
    static let test = 10_000
    static let byteCount = (training + test) * 28 * 28
  }

  /// Prepares the network for training, then for prediction, without running it.
  ///
  /// - Parameters:
  ///   - subject: The network.
  ///   - backend: The backend.
  ///   - recipe: The recipe of training, with the precision, micro-batch and algorithms.
  ///   - ceilings: The machine's peaks; nil for no time.
  /// - Throws: The errors of `Network`.
  init(
    of subject: SummarySubject, on backend: any Backend, recipe: Recipe, ceilings: Ceilings?
  ) throws {
    let precision = recipe.computation.precision ?? .float32
    func network(isTraining: Bool) throws -> Network {
      try Network(
        subject.model, image: subject.image, backend: backend,
        options: NetworkOptions(
          batchSizes: [recipe.batchSize], precision: precision, isTraining: isTraining,
          optimizerSlots: isTraining ? recipe.rule(learningRate: 0).slots : [],
          frozen: isTraining ? recipe.frozenParameters(among: subject.parameterNames) : [],
          keepsAverage: isTraining && recipe.averageDecay != nil,
          microBatch: recipe.computation.microBatch,
          convolutions: recipe.computation.convolutions ?? .automatic))
    }
    // One at a time, so that they do not use memory at the same time.
    training = Self.training(
      try network(isTraining: true), subject, recipe.resize.elementByteCount, ceilings)
    prediction = Self.prediction(try network(isTraining: false), subject, ceilings)
    self.backend = backend.name
    threads = backend.threads.count
    self.precision = precision
    batchSize = recipe.batchSize
    self.ceilings = ceilings
  }

  private static func training(
    _ network: Network, _ subject: SummarySubject, _ elementByteCount: Int, _ ceilings: Ceilings?
  ) -> Use {
    let isGray = subject.image[0] == 1
    let memory = ProcessMemory(
      training: network, images: isGray ? FashionMNISTCounts.byteCount : 0,
      imageByteCount: elementByteCount * subject.image.elementCount,
      batchesHeld: BatchLoader.defaultBatchesAhead + 1)
    return Use(network, memory, ceilings)
  }

  private static func prediction(
    _ network: Network, _ subject: SummarySubject, _ ceilings: Ceilings?
  ) -> Use {
    let memory = ProcessMemory(
      prediction: network, imageByteCount: subject.image.elementCount, readsAll: subject.isONNX)
    return Use(network, memory, ceilings)
  }
}
