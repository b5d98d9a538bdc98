import Reporting

/// A workload's results as a table.
struct PeersTable: CustomStringConvertible {
  private let section: PeersReport.Section

  init(_ section: PeersReport.Section) {
    self.section = section
  }

  var description: String {
    let ours = section.results.filter(\.isOurs).map(\.name)
    let unit = section.workload.task.isLatency ? "ms" : "images/s"
    let ratios = ours.flatMap { ["\($0): speed", "memory"] }
    var table = ColumnTable(
      ["", "version", "setting", unit, "memory, MB"] + ratios,
      alignment: [.left, .left, .left, .right, .right] + ratios.map { _ in .right })
    for result in section.results {
      table.add(
        [result.name, result.version, result.setting, rate(result), megabytes(result.peakMemory.median)]
          + ratioCells(result, count: ratios.count))
    }
    return ([section.workload.title, "\(table)"] + section.failures).joined(separator: "\n")
  }

  private func rate(_ result: PeerResult) -> String {
    let seconds = result.seconds.median
    guard !section.workload.task.isLatency else { return decimal(seconds * 1000, places: 1) }
    return decimal(Double(section.workload.batchSize) / seconds, places: 1)
  }

  private func megabytes(_ bytes: Double) -> String { decimal(bytes / 1e6, places: 0) }

  private func ratioCells(_ result: PeerResult, count: Int) -> [String] {
    guard !result.isOurs else { return Array(repeating: "", count: count) }
    return result.comparisons.flatMap { comparison in
      [
        "\(decimal(comparison.speed.median, places: 2)) × (\(decimal(comparison.speed.least, places: 2))–"
          + "\(decimal(comparison.speed.greatest, places: 2)))",
        "\(decimal(comparison.memory.median, places: 2)) ×",
      ]
    }
  }
}
