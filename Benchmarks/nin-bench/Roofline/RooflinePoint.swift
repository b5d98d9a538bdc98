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

/// The roofline of a report as a file.
enum RooflineFile {
  /// Draws the first group of profiles, in full or not at all.
  ///
  /// - Parameters:
  ///   - report: What was measured.
  ///   - path: The file.
  /// - Throws: ``BenchmarkError`` if no layer has any products, or the file cannot be written.
  static func write(_ report: Report, to path: String) throws {
    guard let (points, configuration) = RooflinePoint.points(report), !points.isEmpty,
      let ceilings = report.ceilings(of: configuration)
    else { throw BenchmarkError("\(path): there is nothing to draw: no layer has any products") }
    let title =
      "\(configuration.model), \(configuration.task.rawValue) at \(configuration.imageSize)×"
      + "\(configuration.imageSize), batch \(configuration.batchSize), on \(report.machine.processor)"
    let document = RooflineDrawing(points, ceilings: ceilings, title: title).document()
    try AtomicFile.write(to: path) { try $0.write(document) }
  }
}
