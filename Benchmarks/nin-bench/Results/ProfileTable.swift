import MachineLimits
import NetworkInNetwork
import Reporting

/// The table of one profile: one row per pass of a layer, and totals that add up to the step.
struct ProfileTable: CustomStringConvertible {
  private let profile: StepProfile
  private let title: String
  private let ceilings: Ceilings?
  private let precision: Precision

  /// - Parameters:
  ///   - profile: The profile.
  ///   - measurement: The profiled measurement.
  ///   - ceilings: The machine's limits for the same number of threads.
  init(_ profile: StepProfile, of measurement: Measurement, ceilings: Ceilings?) {
    self.profile = profile
    self.ceilings = ceilings
    title = "Profile: \(measurement.configuration.summary), by \(measurement.microBatch)"
    precision = measurement.configuration.precision
  }

  var description: String {
    "\(title)\n\n\(table)\n\n\(rewrites)\n\n\(reorders)"
  }

  /// The mean time of a step in seconds; unlike medians, means add up.
  private var step: Double { mean(profile.nanoseconds) }

  private var table: ColumnTable {
    var table = ColumnTable(
      [
        "layer", "pass", "ms", "% step", "GFLOP/s", "unpadded", "% peak", "GB/s", "implementation", "layout",
      ],
      alignment: [.left, .left, .right, .right, .right, .right, .right, .right, .left, .left])
    for row in profile.rows { table.add(cells(row)) }
    let accounted = profile.rows.reduce(0) { $0 + mean($1.nanoseconds) }
    table.add(total("unaccounted for", step - accounted, operations: 0, unpadded: 0))
    table.add(
      total(
        "the step", step, operations: profile.rows.reduce(0) { $0 + $1.operations },
        unpadded: profile.rows.reduce(0) { $0 + ($1.unpaddedOperations ?? $1.operations) }))
    return table
  }

  private func cells(_ row: ProfileRow) -> [String] {
    let seconds = mean(row.nanoseconds)
    let bandwidth = row.bytes > 0 ? decimal(Double(row.bytes) / seconds * 1e-9, places: 1) : ""
    return [Names.layer(row.layer ?? "", to: 14), row.pass]
      + times(
        seconds, operations: row.operations, unpadded: row.unpaddedOperations ?? row.operations)
      + [
        bandwidth, Names.implementation(row.implementation, to: 20), Names.layout(row.layout, to: 8),
      ]
  }

  private func total(_ name: String, _ seconds: Double, operations: Int, unpadded: Int) -> [String] {
    [name, ""] + times(seconds, operations: operations, unpadded: unpadded) + ["", "", ""]
  }

  private func times(_ seconds: Double, operations: Int, unpadded: Int) -> [String] {
    let rate = Double(unpadded) / seconds
    let peak = ceilings?.peak(precision)
    return [
      decimal(seconds * 1000, places: 3), decimal(100 * seconds / step, places: 2),
      operations > 0 ? decimal(Double(operations) / seconds * 1e-9, places: 1) : "",
      operations > 0 ? decimal(rate * 1e-9, places: 1) : "",
      operations > 0 ? peak.map { decimal(100 * rate / $0, places: 1) } ?? "" : "",
    ]
  }

  private var rewrites: String {
    guard let rewrites = profile.rewrites, !rewrites.isEmpty else { return "No layer is rewritten." }
    var table = ColumnTable(["layers", "rewrite"], alignment: [.left, .left])
    for row in rewrites {
      table.add([row.layers.map { Names.layer($0, to: 22) }.joined(separator: " + "), row.name])
    }
    return "Rewrites of the model's layers:\n\n\(table)"
  }

  private var reorders: String {
    guard !profile.reorders.isEmpty else { return "No tensor is reordered." }
    var table = ColumnTable(
      ["layer", "reordered", "for the pass", "when", "MB", "ms per step", "% of step"],
      alignment: [.left, .left, .left, .left, .right, .right, .right])
    for row in profile.reorders {
      let seconds = Double(row.nanoseconds) * 1e-9
      table.add([
        Names.layer(row.layer, to: 30), row.tensor, row.pass,
        row.isRepacking ? "after an update" : "every pass",
        decimal(Double(row.bytes) / 1e6, places: 3), decimal(seconds * 1000, places: 3),
        decimal(100 * seconds / step, places: 2),
      ])
    }
    return "Reorders to other layouts, which are part of the times above:\n\n\(table)"
  }
}

/// The mean of times, in seconds.
private func mean(_ nanoseconds: [UInt64]) -> Double {
  nanoseconds.reduce(0) { $0 + Double($1) } / Double(max(nanoseconds.count, 1)) * 1e-9
}
