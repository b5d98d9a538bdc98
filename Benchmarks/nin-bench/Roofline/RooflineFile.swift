import NetworkInNetwork

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
