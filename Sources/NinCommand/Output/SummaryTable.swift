import Costs
import NetworkInNetwork
import Reporting

/// The table of a network's layers, in the columns of torchinfo, and its totals.
struct SummaryTable: CustomStringConvertible {
  private let subject: SummarySubject
  private let batchSize: Int
  private let precision: Precision
  private let operations: [String: TensorOperation]

  /// - Throws: `LayerError` if the image does not fit.
  init(_ subject: SummarySubject, batchSize: Int, precision: Precision) throws {
    self.subject = subject
    self.batchSize = batchSize
    self.precision = precision
    let layers = try subject.model.resolved(for: subject.image.batched(1))
    operations = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.operation) })
  }

  /// A container's layers are indented below it.
  var description: String {
    let summary = subject.summary
    var table = ColumnTable(
      ["layer", "type", "kernel", "input shape", "output shape", "parameters", "%", "MACs", "FLOP/byte"],
      alignment: [.left, .left, .left, .left, .left, .right, .right, .right, .right])
    for row in summary.layers {
      let depth = row.name.filter { $0 == "." }.count - 1
      let isLeaf = row.children == nil
      let hasParameters = isLeaf && row.parameters > 0
      table.add([
        String(repeating: "  ", count: depth) + row.name, row.type, row.kernel.map { "\($0)" } ?? "",
        "\(row.inputShape)", "\(row.outputShape)",
        hasParameters ? grouped(row.parameters) : "",
        hasParameters ? percent(row.parameters, of: summary.parameters) : "",
        isLeaf && row.macs > 0 ? grouped(row.macs) : "", isLeaf && row.macs > 0 ? intensity(of: row) : "",
      ])
    }
    return """
      \(subject.name) on \(summary.inputShape)

      \(table)

      parameters              \(grouped(summary.parameters)) (\(megabytes(summary.parameters)) MB in float32)
      multiply-accumulates    \(grouped(summary.macs)) (\(decimal(Double(summary.macs) * 2 / 1e9, places: 2)) GFLOP)
      arithmetic intensity    \(intensity(isTraining: false)) FLOP/byte in prediction, \
      \(intensity(isTraining: true)) in training (\(precision.rawValue), batches of \(batchSize))
      """
  }

  private func intensity(of row: Summary.Row) -> String {
    operations[row.name].map { decimal(intensity(of: [$0], isTraining: false), places: 1) } ?? ""
  }

  private func intensity(isTraining: Bool) -> String {
    let layers = subject.summary.layers.compactMap { operations[$0.name] }
    return decimal(intensity(of: layers, isTraining: isTraining), places: 1)
  }

  private func intensity(of layers: [TensorOperation], isTraining: Bool) -> Double {
    ArithmeticIntensity(of: layers, images: batchSize, precision: precision, isTraining: isTraining)
      .operationsPerByte
  }

  private func megabytes(_ count: Int) -> String { decimal(Double(count) * 4 / 1e6, places: 2) }
}
