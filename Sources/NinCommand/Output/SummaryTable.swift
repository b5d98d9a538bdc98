import Costs
import NetworkInNetwork
import Reporting

/// The table of a network's layers, in the columns of torchinfo, and its totals.
struct SummaryTable: CustomStringConvertible {
  private let subject: SummarySubject
  private let batchSize: Int
  private let precision: Precision
  private let operations: [String: TensorOperation]

  init(_ subject: SummarySubject, batchSize: Int, precision: Precision) {
    self.subject = subject
    self.batchSize = batchSize
    self.precision = precision
    operations = Dictionary(uniqueKeysWithValues: subject.layers.map { ($0.name, $0.operation) })
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
      multiply-accumulates    \(grouped(summary.macs)) (\(flop(2 * Double(summary.macs))))
      arithmetic intensity    \(intensity(isTraining: false)) FLOP/byte in prediction, \
      \(intensity(isTraining: true)) in training (\(precision.rawValue), batches of \(batchSize))
      """
  }

  private func intensity(of row: Summary.Row) -> String {
    guard let operation = operations[row.name] else { return "" }
    let intensity = ArithmeticIntensity(
      of: [operation], images: batchSize, precision: precision, isTraining: false)
    return decimal(intensity.operationsPerByte, places: 1)
  }

  private func intensity(isTraining: Bool) -> String {
    decimal(
      subject.operationsPerByte(images: batchSize, precision: precision, isTraining: isTraining), places: 1)
  }

  private func megabytes(_ count: Int) -> String { decimal(Double(count) * 4 / 1e6, places: 2) }
}
