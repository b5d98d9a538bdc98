import NetworkInNetwork
import Reporting

/// A comparison of two reports, row by row.
struct Comparison {
  /// A measurement that two reports have in common.
  struct Row: Equatable {
    /// The configuration that was measured.
    let configuration: String
    /// The layer and the pass; nil for the whole step.
    let pass: String?
    let old: Distribution
    let new: Distribution

    var ratio: Ratio { Ratio(of: new, to: old) }

    /// Whether either measurement was disturbed, so that a difference means nothing.
    let isDisturbed: Bool

    /// Whether either measurement has too few steps for an interval, so that the noise is unknown.
    var hasFewSteps: Bool { min(old.count, new.count) < Distribution.minimumForInterval }

    /// Whether the medians differ by more than their noise, and each is outside the other's 10–90 % range.
    var isChanged: Bool {
      !ratio.isWithinNoise && !old.spread.contains(new.median) && !new.spread.contains(old.median)
    }

    /// Whether it has become slower; both measurements must be undisturbed and have enough steps.
    var isSlower: Bool { isCertain && ratio.value < 1 }

    /// Whether it has become faster; both measurements must be undisturbed and have enough steps.
    var isFaster: Bool { isCertain && ratio.value > 1 }

    private var isCertain: Bool { isChanged && !isDisturbed && !hasFewSteps }

    /// The ratio as a word.
    var verdict: String {
      guard isChanged else { return "within the noise" }
      return (ratio.value > 1 ? "faster" : "slower")
        + (isDisturbed ? ", disturbed" : "") + (hasFewSteps ? ", too few steps" : "")
    }
  }

  /// Whole networks first, then the layers' passes of each.
  let rows: [Row]
  /// The measurements that only one of the reports has.
  let unmatched: [String]
  /// Reasons why the two are less comparable.
  let warnings: [String]

  init(old: Report, new: Report) {
    let oldTimes = old.times
    let newTimes = new.times
    let oldNames = Dictionary(oldTimes.map { ($0.name, $0) }) { first, _ in first }
    let newNames = Set(newTimes.map(\.name))
    rows = newTimes.compactMap { after in
      oldNames[after.name].map { before in
        Row(
          configuration: after.configuration, pass: after.pass,
          old: Distribution(nanoseconds: before.nanoseconds),
          new: Distribution(nanoseconds: after.nanoseconds),
          isDisturbed: before.isDisturbed || after.isDisturbed)
      }
    }
    unmatched =
      newTimes.filter { oldNames[$0.name] == nil }.map { "only in the new file: \($0.name)" }
      + oldTimes.filter { !newNames.contains($0.name) }.map { "only in the old file: \($0.name)" }
    var warnings: [String] = []
    if old.machine != new.machine {
      warnings.append(
        "The machines differ:\n\(old.machine.summary)\n\(new.machine.summary)")
    }
    if old.isDebugBuild || new.isDebugBuild {
      warnings.append("A debug build was measured: its numbers mean nothing.")
    }
    for ceilings in new.ceilings {
      guard let before = old.ceilings.first(where: { $0.threads == ceilings.threads })?.float32,
        let after = ceilings.float32
      else { continue }
      warnings.append(
        "The machine's measured peak with \(ceilings.threads) threads is now "
          + "\(decimal(after / before, places: 2)) of what it was.")
    }
    self.warnings = warnings
  }

  /// Whether anything has become slower.
  var hasSlower: Bool { rows.contains(where: \.isSlower) }

  /// The comparison for display: what has changed, and how many rows have not.
  var summary: String {
    let changed = rows.filter(\.isChanged)
    let configurations = changed.map(\.configuration).reduce(into: [String]()) { all, next in
      if !all.contains(next) { all.append(next) }
    }
    let tables = configurations.map { name in
      "\(name):\n\n\(table(of: changed.filter { $0.configuration == name }))"
    }
    let note = """
      The interval covers the noise between the steps of a run. A machine can drift by more from one run to the next.
      """
    let rest = "\(rows.count - changed.count) of \(rows.count) within the noise"
    let parts = changed.isEmpty ? [rest] : tables + [rest, note]
    return (warnings + parts + unmatched).joined(separator: "\n\n")
  }

  private func table(of rows: [Row]) -> ColumnTable {
    var table = ColumnTable(
      ["what", "old ms", "new ms", "times as fast", "95 %", ""],
      alignment: [.left, .right, .right, .right, .left, .left])
    for row in rows {
      let interval = row.ratio.interval
      table.add([
        row.pass.map { Names.layer($0, to: 40) } ?? "the step", decimal(row.old.median * 1000, places: 3),
        decimal(row.new.median * 1000, places: 3), decimal(row.ratio.value, places: 3),
        "\(decimal(interval.lowerBound, places: 3))–\(decimal(interval.upperBound, places: 3))", row.verdict,
      ])
    }
    return table
  }
}

extension Report {
  /// A timed step or pass.
  fileprivate struct Times {
    let configuration: String
    let pass: String?
    let nanoseconds: [UInt64]
    let isDisturbed: Bool

    /// The key that matches rows of two reports.
    var name: String { configuration + (pass.map { ": \($0)" } ?? "") }
  }

  /// All times, those of whole steps first.
  fileprivate var times: [Times] {
    func times(_ measurement: Measurement, _ pass: String?, _ nanoseconds: [UInt64]) -> Times {
      Times(
        configuration: measurement.configuration.summary, pass: pass, nanoseconds: nanoseconds,
        isDisturbed: measurement.disturbance?.isDisturbed == true)
    }
    let networks = measurements.map { times($0, nil, $0.nanoseconds) }
    let passes = measurements.flatMap { measurement in
      (measurement.profile?.rows ?? []).map { row in
        times(measurement, (row.layer.map { "\($0) " } ?? "") + row.pass, row.nanoseconds)
      }
    }
    return networks + passes
  }
}
