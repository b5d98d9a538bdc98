import NetworkInNetwork
import Reporting

/// The table of whole networks: a row a measurement.
struct NetworkTable: CustomStringConvertible {
  let report: Report

  var description: String {
    var table = ColumnTable(
      [
        "task", "backend", "precision", "threads", "image", "batch", "by", "images/s", "median ms", "10–90 %",
        "GFLOP/s", "% of peak", "peak MB", "held MB", "allocations",
      ],
      alignment: [.left, .left, .left] + Array(repeating: .right, count: 11) + [.left])
    for measurement in report.measurements { table.add(row(measurement)) }
    return "\(table)\n\n" + (scaling + [Self.legend]).joined(separator: "\n")
  }

  private static let legend = """
    A multiply-add counts as two operations; those with padding are counted, though a library may skip them. 'by' is the micro-batch. Peak memory \
    is resident, of a process that does nothing else, its images included; held is the network's own.
    """

  private func row(_ measurement: Measurement) -> [String] {
    let configuration = measurement.configuration
    let times = Distribution(nanoseconds: measurement.nanoseconds)
    let rate = Double(measurement.operations) / times.median
    let peak = report.ceilings(of: configuration)?.peak(configuration.precision)
    func milliseconds(_ seconds: Double) -> String { decimal(seconds * 1000, places: seconds < 0.1 ? 2 : 1) }
    func megabytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1e6, places: 0) }
    return [
      configuration.task.rawValue, configuration.backend, configuration.precision.rawValue,
      "\(configuration.threads)", "\(configuration.imageSize)", "\(configuration.batchSize)",
      "\(measurement.microBatch)", decimal(Double(configuration.batchSize) / times.median, places: 1),
      milliseconds(times.median),
      "\(milliseconds(times.spread.lowerBound))–\(milliseconds(times.spread.upperBound))",
      decimal(rate * 1e-9, places: 1), peak.map { decimal(100 * rate / $0, places: 1) } ?? "–",
      measurement.peakMemory.map(megabytes) ?? "–", megabytes(measurement.heldMemory),
      measurement.allocations.map { "\($0.ours) ours, \($0.theirs) theirs" } ?? "not counted",
    ]
  }

  /// How much faster more threads are, a line for each configuration that was measured with several.
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
  /// The ceilings with as many threads as a configuration has.
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
