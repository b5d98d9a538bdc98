import Costs
import NetworkInNetwork
import Reporting

/// The memory of an estimate, for display and as JSON.
struct MemoryTable: CustomStringConvertible, Encodable {
  let estimate: CostEstimate

  var description: String {
    var table = ColumnTable(["", "training", "prediction"], alignment: [.left, .right, .right])
    func add(_ name: String, _ cell: (CostEstimate.Use) -> String) {
      table.add([name, cell(estimate.training), cell(estimate.prediction)])
    }
    func addBytes(_ name: String, _ bytes: (CostEstimate.Use) -> Int) { add(name) { mebibytes(bytes($0)) } }
    add("images per part") { "\($0.plan.partSize)" }
    add("parts") { "\($0.plan.parts)" }
    add("lanes") { $0.plan.isWide ? "all threads share" : "\($0.plan.lanes)" }
    add("phases") { "\($0.plan.phases)" }
    addBytes("activations of a part") { $0.plan.byteCountOfPart }
    addBytes("weights") { $0.memory.network.weights }
    addBytes("gradients of weights") { $0.memory.network.gradients }
    addBytes("optimizer") { $0.memory.network.optimizer }
    addBytes("moving average of weights") { $0.memory.network.averages }
    addBytes("packed weights") { $0.memory.network.packed }
    addBytes("activations kept for the backward pass") { $0.memory.network.activations }
    addBytes("other activations, and scratch") { $0.memory.network.workspace }
    addBytes("the network in total") { $0.memory.network.total }
    addBytes("images of Fashion-MNIST") { $0.memory.images }
    addBytes("batches") { $0.memory.batches }
    addBytes("a copy of the largest weight, when a state is written") { $0.memory.writing }
    addBytes("the program and its libraries") { $0.memory.base }
    addBytes("gradients that are rarely needed") { -$0.memory.network.rarelyUsed }
    addBytes("the process while it reads the weights") { $0.memory.reading }
    addBytes("the process at its peak") { $0.memory.total }
    let threads = counted(estimate.threads, "thread")
    return """
      memory on \(estimate.backend) (\(threads)) in \(estimate.precision.rawValue), batches of \(estimate.batchSize)

      \(table)

      training: \(held(estimate.training.plan))
      prediction: \(held(estimate.prediction.plan))\(noteOnImages)

      convolutions by winograd in training: \(listed(estimate.training.byWinograd))
      convolutions by winograd in prediction: \(listed(estimate.prediction.byWinograd))
      """
  }

  private var noteOnImages: String {
    estimate.training.memory.images > 0
      ? "" : "\nno data set is included, since Fashion-MNIST's images have one channel"
  }

  private func held(_ plan: BatchPlan) -> String {
    let share = "\(plan.partsHeld) × \(mebibytes(plan.byteCountOfPart))"
    if plan.phases > 1 {
      return
        "batch normalization waits for sums over the batch, and each part keeps its activations: \(share)"
    }
    return plan.isWide
      ? "parts take turns with one memory: \(share)" : "each lane has its own memory: \(share)"
  }

  private enum CodingKeys: String, CodingKey {
    case backend, threads, precision, training, prediction
    case batchSize = "batch_size"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(estimate.backend, forKey: .backend)
    try container.encode(estimate.threads, forKey: .threads)
    try container.encode(estimate.precision.rawValue, forKey: .precision)
    try container.encode(estimate.batchSize, forKey: .batchSize)
    try container.encode(Use(use: estimate.training), forKey: .training)
    try container.encode(Use(use: estimate.prediction), forKey: .prediction)
  }

  private struct Use: Encodable {
    let use: CostEstimate.Use

    private enum CodingKeys: String, CodingKey {
      case partSize = "images_per_part"
      case parts, lanes, phases
      case isWide = "wide"
      case partsHeld = "parts_held"
      case byteCountOfPart = "bytes_per_part"
      case weights = "weight_bytes"
      case gradients = "gradient_bytes"
      case rarelyUsed = "seldom_used_gradient_bytes"
      case optimizer = "optimizer_bytes"
      case averages = "average_bytes"
      case packed = "packed_weight_bytes"
      case activations = "activation_bytes"
      case workspace = "workspace_bytes"
      case images = "data_set_bytes"
      case batches = "batch_bytes"
      case writing = "writing_bytes"
      case reading = "reading_bytes"
      case base = "program_bytes"
      case total = "process_bytes"
      case byWinograd = "convolutions_by_winograd"
    }

    func encode(to encoder: any Encoder) throws {
      let (plan, memory, network) = (use.plan, use.memory, use.memory.network)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(plan.isWide, forKey: .isWide)
      try container.encode(use.byWinograd, forKey: .byWinograd)
      let numbers: [(CodingKeys, Int)] = [
        (.partSize, plan.partSize), (.parts, plan.parts), (.lanes, plan.lanes), (.phases, plan.phases),
        (.partsHeld, plan.partsHeld), (.byteCountOfPart, plan.byteCountOfPart), (.weights, network.weights),
        (.gradients, network.gradients), (.rarelyUsed, network.rarelyUsed), (.optimizer, network.optimizer),
        (.averages, network.averages), (.packed, network.packed), (.activations, network.activations),
        (.workspace, network.workspace), (.images, memory.images), (.batches, memory.batches),
        (.writing, memory.writing), (.reading, memory.reading), (.base, memory.base), (.total, memory.total),
      ]
      for (key, number) in numbers { try container.encode(number, forKey: key) }
    }
  }
}

/// Bytes in MiB, with one decimal.
func mebibytes(_ bytes: Int) -> String { "\(decimal(Double(bytes) / 1_048_576, places: 1)) MiB" }
