import NetworkInNetwork
import Reporting

/// What a network holds on a backend, in training and in prediction, and how it computes a batch.
struct MemorySummary: Encodable, CustomStringConvertible {
  /// What one network holds.
  private struct Use: Encodable {
    let plan: BatchPlan
    let memory: NetworkMemory
    let byWinograd: [String]

    init(_ network: Network) {
      byWinograd = network.layers(by: .winograd)
      plan = network.batchPlan
      memory = network.memory
    }

    private enum CodingKeys: String, CodingKey {
      case partSize = "images_per_part"
      case parts, lanes, phases
      case isWide = "wide"
      case partsHeld = "parts_held"
      case byteCountOfPart = "bytes_per_part"
      case weights = "weight_bytes"
      case gradients = "gradient_bytes"
      case optimizer = "optimizer_bytes"
      case averages = "average_bytes"
      case packed = "packed_weight_bytes"
      case activations = "activation_bytes"
      case workspace = "workspace_bytes"
      case byWinograd = "convolutions_by_winograd"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(plan.partSize, forKey: .partSize)
      try container.encode(plan.parts, forKey: .parts)
      try container.encode(plan.lanes, forKey: .lanes)
      try container.encode(plan.isWide, forKey: .isWide)
      try container.encode(plan.phases, forKey: .phases)
      try container.encode(plan.partsHeld, forKey: .partsHeld)
      try container.encode(plan.byteCountOfPart, forKey: .byteCountOfPart)
      try container.encode(memory.weights, forKey: .weights)
      try container.encode(memory.gradients, forKey: .gradients)
      try container.encode(memory.optimizer, forKey: .optimizer)
      try container.encode(memory.averages, forKey: .averages)
      try container.encode(memory.packed, forKey: .packed)
      try container.encode(memory.activations, forKey: .activations)
      try container.encode(memory.workspace, forKey: .workspace)
      try container.encode(byWinograd, forKey: .byWinograd)
    }
  }

  private let backend: String
  private let threads: Int
  private let precision: String
  private let batchSize: Int
  private let training: Use
  private let prediction: Use

  private enum CodingKeys: String, CodingKey {
    case backend, threads, precision, training, prediction
    case batchSize = "batch_size"
  }

  /// Prepares the network for training, then for prediction.
  ///
  /// - Parameters:
  ///   - model: The layers.
  ///   - image: The shape of an image.
  ///   - backend: The backend.
  ///   - batchSize: How many images a batch has.
  ///   - compute: Precision, micro-batch and algorithms.
  /// - Throws: The errors of `Network`.
  init(
    of model: Sequential, image: Shape, on backend: any Backend, batchSize: Int, _ compute: ComputeOptions
  ) throws {
    let precision = compute.precision ?? .float32
    // One after the other, so that they do not need memory at once.
    func use(isTraining: Bool) throws -> Use {
      Use(
        try Network(
          model, image: image, backend: backend,
          options: NetworkOptions(
            batchSizes: [batchSize], precision: precision, isTraining: isTraining,
            microBatch: compute.microBatch, convolutions: compute.convolutions ?? .automatic)))
    }
    training = try use(isTraining: true)
    prediction = try use(isTraining: false)
    self.backend = backend.name
    threads = backend.threads.count
    self.precision = precision.rawValue
    self.batchSize = batchSize
  }

  var description: String {
    var table = ColumnTable(["", "training", "prediction"], alignment: [.left, .right, .right])
    func add(_ name: String, _ cell: (Use) -> String) { table.add([name, cell(training), cell(prediction)]) }
    add("images a part") { "\($0.plan.partSize)" }
    add("parts") { "\($0.plan.parts)" }
    add("lanes") { $0.plan.isWide ? "all threads share" : "\($0.plan.lanes)" }
    add("phases") { "\($0.plan.phases)" }
    add("activations of a part") { mebibytes($0.plan.byteCountOfPart) }
    add("weights") { mebibytes($0.memory.weights) }
    add("gradients of weights") { mebibytes($0.memory.gradients) }
    add("optimizer") { mebibytes($0.memory.optimizer) }
    add("packed weights") { mebibytes($0.memory.packed) }
    add("activations kept for the backward pass") { mebibytes($0.memory.activations) }
    add("other activations, and scratch") { mebibytes($0.memory.workspace) }
    add("in all") { mebibytes($0.memory.total) }
    let threads = threads == 1 ? "1 thread" : "\(threads) threads"
    return """
      memory on \(backend) (\(threads)) in \(precision), batches of \(batchSize)

      \(table)

      training: \(held(training.plan))
      prediction: \(held(prediction.plan))

      convolutions by winograd in training: \(listed(training.byWinograd))
      convolutions by winograd in prediction: \(listed(prediction.byWinograd))
      """
  }

  private func held(_ plan: BatchPlan) -> String {
    let share = "\(plan.partsHeld) × \(mebibytes(plan.byteCountOfPart))"
    if plan.phases > 1 {
      return
        "batch normalization waits for sums over the batch, and each part keeps its activations: \(share)"
    }
    return plan.isWide
      ? "parts take turns with one memory: \(share)" : "each lane has memory of its own: \(share)"
  }

  private func mebibytes(_ bytes: Int) -> String { "\(decimal(Double(bytes) / 1_048_576, places: 1)) MiB" }
}
