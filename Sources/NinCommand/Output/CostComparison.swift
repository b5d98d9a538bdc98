import Costs
import NetworkInNetwork
import Reporting

/// A comparison of networks, a column each: the chapter's fourth exercise.
struct CostComparison: CustomStringConvertible, Encodable {
  /// A network with its costs.
  struct Column {
    let subject: SummarySubject
    let estimate: CostEstimate
  }

  let columns: [Column]
  let batchSize: Int
  let precision: Precision

  var description: String {
    var table = ColumnTable(
      [""] + columns.map(\.subject.name), alignment: [.left] + columns.map { _ in .right })
    func add(_ name: String, _ cell: (Column) -> String) { table.add([name] + columns.map(cell)) }
    add("image") { "\($0.subject.image)" }
    add("layers with weights") { "\($0.weightedLayers)" }
    add("parameters") { grouped($0.subject.summary.parameters) }
    add("in dense layers") { grouped($0.subject.summary.denseParameters) }
    add("their share") {
      "\(percent($0.subject.summary.denseParameters, of: $0.subject.summary.parameters)) %"
    }
    add("bytes of all parameters") { mebibytes(4 * $0.subject.summary.parameters) }
    add("of dense layers") { mebibytes(4 * $0.subject.summary.denseParameters) }
    add("of the largest of these") { mebibytes(4 * $0.largestDense) }
    add("multiply-accumulates per image") { grouped($0.subject.summary.macs) }
    add("operations per image") { flop(2 * Double($0.subject.summary.macs)) }
    add("FLOP/byte in prediction") { decimal(intensity($0, isTraining: false), places: 1) }
    add("FLOP/byte in training") { decimal(intensity($0, isTraining: true), places: 1) }
    add("memory for prediction") { mebibytes($0.estimate.prediction.memory.total) }
    add("memory for training") { mebibytes($0.estimate.training.memory.total) }
    add("time of a predicted batch") { milliseconds($0.estimate.prediction.time) }
    add("time of a training step") { milliseconds($0.estimate.training.time) }
    add("time of an epoch of 60,000 images") { column in
      column.estimate.training.time.map { duration($0.total * 60_000 / Double(batchSize)) } ?? "unknown"
    }
    return """
      on \(columns[0].estimate.backend) in \(precision.rawValue), batches of \(batchSize); memory and time are predicted, not \
      measured

      \(table)
      """
  }

  private func intensity(_ column: Column, isTraining: Bool) -> Double {
    column.subject.operationsPerByte(images: batchSize, precision: precision, isTraining: isTraining)
  }

  private func milliseconds(_ time: StepTime?) -> String {
    time.map { "\(decimal($0.total * 1e3, places: 1)) ms" } ?? "unknown"
  }

  private enum CodingKeys: String, CodingKey {
    case networks
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(columns, forKey: .networks)
  }
}

extension CostComparison.Column {
  /// The number of layers with weights: the 11 of VGG-11.
  fileprivate var weightedLayers: Int {
    subject.summary.layers.count { $0.children == nil && $0.parameters > 0 && $0.type != BatchNorm2D.kind }
  }

  /// The parameters of the largest dense layer.
  fileprivate var largestDense: Int {
    subject.summary.layers.filter { $0.type == Dense.kind }.map(\.parameters).max() ?? 0
  }
}

extension CostComparison.Column: Encodable {
  private enum CodingKeys: String, CodingKey {
    case name, parameters, macs, flop, memory, time
    case denseParameters = "dense_parameters"
    case largestDense = "largest_dense_parameters"
    case intensity = "flop_per_byte"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(subject.name, forKey: .name)
    try container.encode(subject.summary.parameters, forKey: .parameters)
    try container.encode(subject.summary.denseParameters, forKey: .denseParameters)
    try container.encode(largestDense, forKey: .largestDense)
    try container.encode(subject.summary.macs, forKey: .macs)
    try container.encode(2 * subject.summary.macs, forKey: .flop)
    try container.encode(
      IntensityOfUses(subject, images: estimate.batchSize, estimate.precision), forKey: .intensity)
    try container.encode(MemoryTable(estimate: estimate), forKey: .memory)
    try container.encodeIfPresent(TimeTable(estimate), forKey: .time)
  }
}
