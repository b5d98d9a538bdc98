import Costs
import Layers
import Networks
import Operations
import Reporting
import Tensors

/// The layers with their cost.
struct LayersSection: ReportSection {
  let title = "Layers"

  func content(of report: RunReport) throws -> HTML? {
    guard let network = report.network else { return nil }
    let summary = try Summary(network.model, input: network.image.batched(1))
    let costs = Dictionary(
      try network.model.resolved(for: network.image.batched(1)).map {
        ($0.name, ArithmeticIntensity(of: [$0.operation], images: 1, precision: .float32, isTraining: false))
      }, uniquingKeysWith: { first, _ in first })
    var table = HTMLTable(
      "Layers",
      header: ["layer", "type", "output", "parameters", "multiply-adds", "kB moved", "operations per byte"],
      columns: [.text, .text, .text, .number, .number, .number, .number])
    for row in summary.layers {
      let cost = costs[row.name]
      table.add([
        row.name, row.type, "\(row.outputShape.perImage)", row.parameters > 0 ? grouped(row.parameters) : "",
        row.macs > 0 ? grouped(row.macs) : "",
        cost.map { grouped($0.bytes / 1000) } ?? "",
        cost.flatMap(intensity) ?? "",
      ])
    }
    let megabytes = decimal(Double(summary.parameters) * 4 / 1e6, places: 2)
    let totals =
      "\(grouped(summary.parameters)) parameters, \(megabytes) MB in float32; \(grouped(summary.macs)) multiply-adds, "
      + "\(flop(2 * Double(summary.macs))), for an image of \(network.image). Bytes moved count each tensor once."
    return HTML([.paragraph(totals), table.html] + memory(of: report))
  }

  private func intensity(_ cost: ArithmeticIntensity) -> String? {
    cost.operations > 0 ? decimal(cost.operationsPerByte, places: 1) : nil
  }

  private func memory(of report: RunReport) -> [HTML] {
    guard let (use, bytes) = report.memory else { return [] }
    let parts = [
      ("weights", bytes.weights), ("their gradients", bytes.gradients), ("optimizer", bytes.optimizer),
      ("averages", bytes.averages), ("packed weights", bytes.packed), ("activations", bytes.parts),
    ]
    .filter { $0.1 > 0 }.map { "\($0) \(decimal(Double($1) / 1_048_576, places: 1)) MiB" }
    return [.paragraph("Memory held in \(use): \(parts.joined(separator: ", ")).")]
  }
}
