import MachineLimits
import NetworkInNetwork
import Reporting

/// The tables of whole networks: their times, then their memory, with one row per measurement.
struct NetworkTable: CustomStringConvertible {
  let report: Report

  var description: String {
    let parts = [disturbances, ["\n\(memory)\n"], scaling, [Self.legend]]
    return "\(times)\n" + parts.joined().joined(separator: "\n")
  }

  private static let legend = """
    A multiply-add counts as two operations. 'unpadded' excludes those with padding, which a library may skip; the
    share of the peak refers to it, and can exceed 100 % because Winograd's algorithm does fewer multiplications than are
    counted: see --conv-algorithm. Times are medians; 'by' is the micro-batch. Peak memory is that of a process that does
    nothing else, including its images; 'held' is the network's own.
    """

  private static let configuration = ["task", "backend", "type", "threads", "image", "batch"]
  private static let alignment: [ColumnTable.Alignment] = [.left, .left, .left, .right, .right, .right]

  private func cells(_ configuration: Configuration) -> [String] {
    [
      configuration.task.rawValue, configuration.backend, configuration.precision.rawValue,
      "\(configuration.threads)", "\(configuration.imageSize)", "\(configuration.batchSize)",
    ]
  }

  // MARK: Times

  private var times: ColumnTable {
    var table = ColumnTable(
      Self.configuration + ["images/s", "ms", "10–90 %", "GFLOP/s", "unpadded", "% peak", ""],
      alignment: Self.alignment + [.right, .right, .right, .right, .right, .right, .left])
    for measurement in report.measurements { table.add(timesRow(measurement)) }
    return table
  }

  private func timesRow(_ measurement: Measurement) -> [String] {
    let configuration = measurement.configuration
    let times = Distribution(nanoseconds: measurement.nanoseconds)
    let unpadded = Double(measurement.unpaddedOperations ?? measurement.operations) / times.median
    let peak = report.ceilings(of: configuration)?.peak(configuration.precision)
    func milliseconds(_ seconds: Double) -> String { decimal(seconds * 1000, places: seconds < 0.1 ? 2 : 1) }
    return cells(configuration) + [
      decimal(Double(configuration.batchSize) / times.median, places: 1), milliseconds(times.median),
      "\(milliseconds(times.spread.lowerBound))–\(milliseconds(times.spread.upperBound))",
      decimal(Double(measurement.operations) / times.median * 1e-9, places: 1),
      decimal(unpadded * 1e-9, places: 1), peak.map { decimal(100 * unpadded / $0, places: 1) } ?? "–",
      measurement.disturbance?.isDisturbed == true ? "!" : "",
    ]
  }

  /// The marked rows, each with the reasons below it.
  private var disturbances: [String] {
    report.measurements.compactMap { measurement in
      guard let reasons = measurement.disturbance?.reasons, !reasons.isEmpty else { return nil }
      let tries = measurement.attempts.map { " in all \($0) attempts" } ?? ""
      return "! \(measurement.configuration.summary): disturbed\(tries):\n  "
        + reasons.joined(separator: ", ")
    }
  }

  // MARK: Memory

  private var memory: ColumnTable {
    var table = ColumnTable(
      Self.configuration + ["by", "peak MB", "held MB", "allocations"],
      alignment: Self.alignment + [.right, .right, .right, .left])
    func megabytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1e6, places: 0) }
    for measurement in report.measurements {
      table.add(
        cells(measurement.configuration) + [
          "\(measurement.microBatch)", measurement.peakMemory.map(megabytes) ?? "–",
          megabytes(measurement.heldMemory),
          measurement.allocations.map { "\($0.ours) ours, \($0.theirs) theirs" } ?? "not counted",
        ])
    }
    return table
  }

  // MARK: Threads

  /// The speedup with more threads, a line for each configuration measured with several numbers.
  private var scaling: [String] {
    report.measurements.compactMap { measurement in
      var fewest = measurement.configuration
      guard let least = report.ceilings.map(\.threads).min(), least < fewest.threads else { return nil }
      fewest.threads = least
      guard let base = report.measurements.first(where: { $0.configuration == fewest }) else { return nil }
      let ratio = Ratio(
        of: Distribution(nanoseconds: measurement.nanoseconds),
        to: Distribution(nanoseconds: base.nanoseconds))
      return "\(measurement.configuration.summary): \(ratio.summary) times as fast as with \(least)"
    }
  }
}

extension Report {
  /// The ceilings for a configuration's number of threads.
  func ceilings(of configuration: Configuration) -> Ceilings? {
    ceilings.first { $0.threads == configuration.threads }
  }
}

extension Ratio {
  /// The ratio with its interval: "1.95 (1.93–1.97)".
  var summary: String {
    "\(decimal(value, places: 2)) (\(decimal(interval.lowerBound, places: 2))"
      + "–\(decimal(interval.upperBound, places: 2)))"
  }
}
