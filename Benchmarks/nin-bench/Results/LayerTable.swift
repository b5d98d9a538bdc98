import Costs
import MachineLimits
import NetworkInNetwork
import Reporting

/// The results of one layer alone: one row per pass.
struct LayerTable: CustomStringConvertible {
  let layer: LoneLayer
  let task: Configuration.Task
  let rows: [LayerMeasurement]
  let ceilings: Ceilings

  var description: String {
    ([title, memory, "\n\(table)\n"] + disturbances + [Self.legend + " " + ceilings.summary]).joined(
      separator: "\n")
  }

  private static let legend = """
    Times are medians. 'unpadded' excludes operations with padding. '% roof' is the share of the lower of the peak
    and the rate that memory can supply; for passes without products it is the share of the bandwidth. Tensors that
    stay in a cache exceed it.
    Peaks with
    """

  private var title: String {
    let information = layer.backend.information
    let threads = layer.backend.threads.count
    func tensor(_ layout: Layout) -> String { "\(layout.shape) \(Names.layout("\(layout)", to: 20))" }
    return "\(layer.operation.title): \(tensor(layer.input)) → \(tensor(layer.requirements.output))\n"
      + "\(task.rawValue) on \(layer.backend.name) (\(information.library), \(information.instructionSet)), "
      + "\(layer.precision.rawValue), \(threads) \(threads == 1 ? "thread" : "threads")"
  }

  private var memory: String {
    let needs = layer.requirements
    let parts = [
      ("input", layer.input.byteCount), ("output", needs.output.byteCount),
      ("parameters", needs.parameters.reduce(0) { $0 + $1.byteCount }), ("scratch", needs.scratchByteCount),
      ("kept for backward", needs.savedByteCount), ("packed parameters", needs.packedByteCount),
    ]
    return "MB: " + parts.map { "\($0.0) \(decimal(Double($0.1) / 1e6, places: 2))" }.joined(separator: ", ")
  }

  private var table: ColumnTable {
    var table = ColumnTable(
      [
        "pass", "ms", "10–90 %", "GFLOP/s", "unpadded", "GB/s", "% roof", "roof", "implementation", "",
      ],
      alignment: [.left, .right, .right, .right, .right, .right, .right, .left, .left, .left])
    for pass in LayerPass.allCases {
      for row in rows where row.pass == pass { table.add(cells(row)) }
    }
    return table
  }

  private func cells(_ row: LayerMeasurement) -> [String] {
    let times = Distribution(nanoseconds: row.times)
    let hasProducts = row.cost.operations > 0
    let bandwidth = Double(row.cost.bytes) / times.median
    let rate = Double(row.cost.unpaddedOperations) / times.median
    let roof =
      hasProducts
      ? ceilings.roof(
        over: Double(row.cost.unpaddedOperations) / Double(max(row.cost.bytes, 1)), layer.precision)
      : (rate: ceilings.bandwidth, isMemory: true)
    func billions(_ number: Double) -> String { decimal(number * 1e-9, places: 1) }
    return [
      row.pass.rawValue, milliseconds(times.median),
      "\(milliseconds(times.spread.lowerBound))–\(milliseconds(times.spread.upperBound))",
      hasProducts ? billions(Double(row.cost.operations) / times.median) : "",
      hasProducts ? billions(rate) : "", billions(bandwidth),
      roof.map { decimal(100 * (hasProducts ? rate : bandwidth) / $0.rate, places: 1) } ?? "–",
      roof.map { $0.isMemory ? "memory" : "peak" } ?? "",
      Names.implementation(row.implementation, to: 24), row.disturbance.isDisturbed ? "!" : "",
    ]
  }

  private func milliseconds(_ seconds: Double) -> String {
    decimal(seconds * 1000, places: seconds < 1e-5 ? 5 : seconds < 1e-3 ? 4 : seconds < 0.1 ? 3 : 1)
  }

  /// The marked rows, each with the reasons below it.
  private var disturbances: [String] {
    rows.compactMap { row in
      let reasons = row.disturbance.reasons
      return reasons.isEmpty ? nil : "! \(row.pass.rawValue):\n  \(reasons.joined(separator: ", "))"
    }
  }
}
