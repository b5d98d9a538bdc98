import Drawing
import NetworkInNetwork
import Reporting

/// One pass of one layer under the roofline.
struct RooflinePoint: Equatable {
  let layer: String
  /// The layer's operation.
  let title: String
  let pass: String
  let backend: String
  let precision: Precision
  /// Operations per byte of compulsory traffic; those on padding are not counted, as in the tables' share of the peak.
  let intensity: Double
  /// Operations per second, without those on padding.
  let rate: Double
  /// The pass's part of the step's time.
  let share: Double

  init?(_ row: ProfileRow, of measurement: Measurement, step: Double) {
    let operations = Double(row.unpaddedOperations ?? row.operations)
    guard let layer = row.layer, operations > 0, row.bytes > 0 else { return nil }
    let seconds = Distribution(nanoseconds: row.nanoseconds).median
    self.layer = layer
    title = row.title ?? ""
    pass = row.pass
    backend = measurement.configuration.backend
    precision = measurement.configuration.precision
    intensity = operations / Double(row.bytes)
    rate = operations / seconds
    share = min(seconds / step, 1)
  }

  /// The series, drawn in one color.
  var series: String { "\(backend), \(precision.rawValue)" }
}

/// The profiles that are drawn in one picture; they differ only in backend and precision.
struct RooflineGroup {
  let configuration: Configuration
  let points: [RooflinePoint]
  /// Whether any of its measurements was disturbed.
  let isDisturbed: Bool
  /// Passes that take a smaller share of a step are not drawn, since they would stretch the axes and do not matter.
  static let minimumShare = 0.001

  /// The groups of a report that have something to draw, in its order.
  static func groups(_ report: Report) -> [RooflineGroup] {
    var order: [Configuration] = []
    var points: [Configuration: [RooflinePoint]] = [:]
    var disturbed: Set<Configuration> = []
    for measurement in report.measurements {
      guard let profile = measurement.profile else { continue }
      let step = Distribution(nanoseconds: profile.nanoseconds).median
      let found = profile.rows.compactMap { RooflinePoint($0, of: measurement, step: step) }
        .filter { $0.share >= minimumShare }
      guard !found.isEmpty else { continue }
      let key = measurement.configuration.withoutSeries
      if points[key] == nil { order.append(key) }
      points[key, default: []] += found
      if measurement.disturbance?.isDisturbed == true { disturbed.insert(key) }
    }
    return order.map {
      RooflineGroup(configuration: $0, points: points[$0] ?? [], isDisturbed: disturbed.contains($0))
    }
  }

  var title: String {
    let (configuration, threads) = (configuration, configuration.threads)
    return "\(configuration.network), \(configuration.task.rawValue) at \(configuration.imageSize)×"
      + "\(configuration.imageSize), batch \(configuration.batchSize), \(threads) "
      + (threads == 1 ? "thread" : "threads")
  }
}

extension Configuration {
  /// The configuration without backend and precision.
  fileprivate var withoutSeries: Configuration {
    var same = self
    same.backend = ""
    same.precision = .float32
    return same
  }
}

/// The roofline of a report as a file.
enum RooflineFile {
  /// Draws the profiles, one picture below the other for each task and size; the file is complete or unchanged.
  ///
  /// - Parameters:
  ///   - report: The measurements.
  ///   - path: The file.
  /// - Throws: ``BenchmarkError`` if no layer has any products, or the file cannot be written.
  static func write(_ report: Report, to path: String) throws {
    let panels = RooflineGroup.groups(report).compactMap { group in
      report.ceilings(of: group.configuration).map { RooflinePanel(group, ceilings: $0) }
    }
    guard !panels.isEmpty else {
      throw BenchmarkError("\(path) cannot be drawn: no layer has products")
    }
    let height = RooflinePanel.size.height
    var svg = SVG(width: RooflinePanel.size.width, height: height * Double(panels.count))
    for (index, panel) in panels.enumerated() {
      svg.shifted(by: .init(x: 0, y: Double(index) * height)) {
        panel.draw(in: &$0, processor: report.machine.processor)
      }
    }
    try AtomicFile.write(to: path) { try $0.write(svg.document) }
  }
}
