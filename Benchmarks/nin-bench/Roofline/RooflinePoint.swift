import NetworkInNetwork

/// One pass of one layer under the roofline.
struct RooflinePoint: Equatable {
  let layer: String
  let pass: String
  let backend: String
  let precision: Precision
  /// Operations a byte of compulsory traffic.
  let intensity: Double
  /// Operations a second.
  let rate: Double

  /// The points of a report's first group of profiles: those that share task, threads, images and batch.
  static func points(_ report: Report) -> (points: [RooflinePoint], configuration: Configuration)? {
    let profiled = report.measurements.filter { $0.profile != nil }
    guard let first = profiled.first?.configuration else { return nil }
    let group = profiled.filter { $0.configuration.isDrawn(with: first) }
    return (group.flatMap(points), first)
  }

  private static func points(_ measurement: Measurement) -> [RooflinePoint] {
    (measurement.profile?.rows ?? []).compactMap { row in
      guard let layer = row.layer, row.operations > 0, row.bytes > 0 else { return nil }
      return RooflinePoint(
        layer: layer, pass: row.pass, backend: measurement.configuration.backend,
        precision: measurement.configuration.precision,
        intensity: Double(row.operations) / Double(row.bytes),
        rate: Double(row.operations) / Distribution(nanoseconds: row.nanoseconds).median)
    }
  }

  /// What is drawn in one colour.
  var series: String { precision == .float32 ? backend : "\(backend), \(precision.rawValue)" }
}

extension Configuration {
  /// Whether the other differs in backend and precision at most.
  fileprivate func isDrawn(with other: Configuration) -> Bool {
    var same = self
    same.backend = other.backend
    same.precision = other.precision
    return same == other
  }
}
