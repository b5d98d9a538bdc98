import NetworkInNetwork
import Reporting

/// The share of the rate that remains next to a neighbor, one row per configuration.
struct BesideTable: CustomStringConvertible {
  /// One configuration, measured alone and next to a neighbor.
  struct Row: Equatable {
    let configuration: Configuration
    /// Images per second of all steps together, alone and next to the neighbor.
    let alone: Double
    let beside: Double
    /// Images per second of our CPU time; nil if the system does not report it.
    let aloneByCPU: Double?
    let besideByCPU: Double?
    let received: Neighbor.Received
    /// The disturbances next to the neighbor; a wide spread is expected there.
    let reasons: [String]

    init?(alone: Measurement, beside: Measurement) {
      guard let received = beside.neighbor else { return nil }
      configuration = alone.configuration
      self.alone = alone.imagesPerSecond
      self.beside = beside.imagesPerSecond
      aloneByCPU = alone.imagesPerCPUSecond
      besideByCPU = beside.imagesPerCPUSecond
      self.received = received
      var others = beside.disturbance
      others?.spread = 0
      reasons =
        (alone.disturbance?.reasons ?? []).map { "alone, \($0)" }
        + (others?.reasons ?? []).map { "next to it, \($0)" }
    }
  }

  let rows: [Row]

  init(_ report: Report) {
    rows = zip(report.measurements, report.beside ?? []).compactMap(Row.init)
  }

  var description: String {
    var table = ColumnTable(
      [
        "task", "backend", "type", "threads", "image", "batch", "alone", "beside", "% left", "per CPU s",
        "of alone", "received", "",
      ],
      alignment: [
        .left, .left, .left, .right, .right, .right, .right, .right, .right, .right, .right, .right, .left,
      ])
    for row in rows { table.add(cells(row)) }
    let demand =
      rows.first.map { $0.received.demand == .half ? "half a processor" : "a whole processor" } ?? ""
    let title = "Next to a process that wants \(demand), in images/s of all steps together:\n"
    let reasons = rows.flatMap { row in
      row.reasons.isEmpty
        ? [] : ["! \(row.configuration.summary):"] + row.reasons.map { "  \($0)" }
    }
    return (["\(title)", "\(table)", ""] + reasons + [Self.legend]).joined(separator: "\n")
  }

  private static let legend = """
    'left' is the remaining share of the rate alone; 'per CPU s' are images per second of our CPU time, with their ratio to
    those alone; 'received' is the share of the wanted CPU time that the other process received.
    """

  private func cells(_ row: Row) -> [String] {
    let configuration = row.configuration
    let ofAlone = row.besideByCPU.flatMap { beside in row.aloneByCPU.map { beside / $0 } }
    return [
      configuration.task.rawValue, configuration.backend, configuration.precision.rawValue,
      "\(configuration.threads)", "\(configuration.imageSize)", "\(configuration.batchSize)",
      decimal(row.alone, places: 1), decimal(row.beside, places: 1),
      decimal(100 * row.beside / row.alone, places: 1),
      row.besideByCPU.map { decimal($0, places: 1) } ?? "–",
      ofAlone.map { decimal($0, places: 3) } ?? "–",
      row.received.share.map { "\(decimal(100 * $0, places: 0)) %" } ?? "–", row.reasons.isEmpty ? "" : "!",
    ]
  }
}

extension Measurement {
  /// The rate of all counted steps: next to a neighbor there are two kinds of steps, and a median would show only one.
  fileprivate var imagesPerSecond: Double {
    images / (nanoseconds.reduce(0) { $0 + Double($1) } * 1e-9)
  }

  fileprivate var imagesPerCPUSecond: Double? {
    cpuSeconds.flatMap { $0 > 0 ? images / $0 : nil }
  }

  private var images: Double { Double(nanoseconds.count) * Double(configuration.batchSize) }
}
