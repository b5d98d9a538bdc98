import NetworkInNetwork
import Reporting

/// The findings of one recording, a row per layer, for display.
struct JudgmentTable: CustomStringConvertible {
  private let judgment: Judgment
  private let library: String?

  init(_ judgment: Judgment, library: String?) {
    self.judgment = judgment
    self.library = library
  }

  /// The findings of one layer.
  private struct Row {
    let name: String
    let layers: [String]
    var activation: Finding?
    var gradients: [Finding] = []
    var state: [Finding] = []

    var passes: Bool { ([activation].compactMap(\.self) + gradients + state).allSatisfy(\.passes) }
    /// The gradient with the largest error in units of rounding.
    var gradient: Finding? { gradients.max { $0.units < $1.units } }
  }

  var description: String {
    var table = ColumnTable(
      ["layer", "activation", "relative", "units", "gradient", "relative", "units", "verdict"],
      alignment: [.left, .right, .right, .right, .right, .right, .right, .left])
    for row in rows {
      table.add([row.name] + cells(row.activation) + cells(row.gradient) + [verdict(row)])
    }
    let title =
      judgment.name + (judgment.plan.map { ", \($0.title)" } ?? "") + (library.map { " (\($0))" } ?? "")
    return (["\(title)\n\n\(table)"] + notes).joined(separator: "\n") + "\n"
  }

  private func cells(_ finding: Finding?) -> [String] {
    guard let finding else { return ["", "", ""] }
    return [
      scientific(finding.difference.absolute), scientific(finding.difference.relative),
      unitText(finding.units),
    ]
  }

  private func verdict(_ row: Row) -> String {
    guard !row.passes else { return Color.green("ok") }
    let wrong = row.gradients.filter { !$0.passes }.compactMap { $0.name.split(separator: ".").last }
    let activation = row.activation.map(\.passes) == false ? ["activation"] : []
    let state = row.state.filter { !$0.passes }.compactMap {
      $0.name.split(separator: ".").last.map(String.init)
    }
    let parts = activation + state + wrong.map { "\($0) gradient" }
    return Color.red("MISMATCH: \(parts.joined(separator: ", "))")
  }

  /// A row per layer, and per block whose output differs from its last layer's.
  private var rows: [Row] {
    var rows: [Row] = []
    for finding in judgment.forward {
      let repeated = rows.last?.activation?.difference == finding.difference
      if repeated, finding.passes, finding.isOfContainer(of: rows.last?.layers.last ?? "") { continue }
      rows.append(Row(name: finding.location, layers: finding.layers, activation: finding))
    }
    for finding in judgment.state {
      let index = rows.firstIndex { $0.layers.contains(finding.layerName) }
      if let index {
        rows[index].state.append(finding)
      } else {
        rows.append(Row(name: finding.location, layers: finding.layers, state: [finding]))
      }
    }
    for finding in judgment.backward.reversed() {
      if let index = rows.firstIndex(where: { $0.layers.contains(finding.layerName) }) {
        rows[index].gradients.append(finding)
      } else {
        rows.append(Row(name: finding.location, layers: finding.layers, gradients: [finding]))
      }
    }
    return rows
  }

  private var notes: [String] {
    let (differing, windows) = judgment.windows.reduce((0, 0)) { ($0.0 + $1.differing, $0.1 + $1.windows) }
    var notes: [String] = []
    if !judgment.layersByWinograd.isEmpty {
      notes.append(
        "\(listed(judgment.layersByWinograd)) by winograd, whose rounding errors, and so units, are larger"
      )
    }
    if windows > 0 {
      notes.append(
        "\(grouped(differing)) of \(grouped(windows)) max pooling windows have a different maximal element than in float64; "
          + "gradients are judged with these elements")
    }
    let empty = judgment.backward.count { $0.difference.zeros == $0.difference.count }
    if empty > 0 {
      notes.append(
        "\(empty) of \(judgment.backward.count) gradients are 0 everywhere, so this is a weak check")
    }
    let unjudged = judgment.findings.reduce(0) { $0 + $1.difference.unjudged }
    if unjudged > 0 {
      notes.append(
        "\(grouped(unjudged)) numbers are not judged: they are NaN or infinite where a convolution's padding may spread that, or where "
          + "plain loops overflow too")
    }
    return notes
  }
}

extension Finding {
  fileprivate func isOfContainer(of layer: String) -> Bool { layer.hasPrefix(layerName + ".") }
}
