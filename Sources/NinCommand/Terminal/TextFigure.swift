import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Curves over epochs, drawn in characters.
struct TextFigure {
  /// A named line.
  struct Curve {
    let name: String
    let points: [(x: Double, y: Double)]
    /// The numbers of dots drawn and skipped in turn.
    let pattern: [Int]
    /// The code of its color.
    let color: Int

    init(_ name: String, _ points: [(x: Double, y: Double)], pattern: [Int], color: Int) {
      self.name = name
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
      self.pattern = pattern
      self.color = color
    }
  }

  let curves: [Curve]
  /// The last epoch of the axis.
  let epochs: Int
  let hasColors: Bool

  private static let labelWidth = 5

  /// The figure.
  ///
  /// - Parameters:
  ///   - width: The width in columns.
  ///   - height: The height in lines.
  /// - Returns: The lines; empty if there is not enough space.
  func lines(width: Int, height: Int) -> [String] {
    let legend = legend(width: width)
    let (columns, rows) = (width - Self.labelWidth - 2, height - 2 - legend.count)
    guard columns >= 10, rows >= 3 else { return [] }
    let top = self.top
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    for curve in curves {
      let points = curve.points.map { point in
        (
          x: point.x / Double(max(epochs, 1)) * Double(canvas.width - 1),
          y: (1 - point.y / top) * Double(canvas.height - 1)
        )
      }
      canvas.draw(points, pattern: curve.pattern, color: curve.color)
    }
    let marks = Dictionary((0...2).map { ((rows - 1) * $0 / 2, top * Double(2 - $0) / 2) }) { $1 }
    let drawing = canvas.lines(hasColors: hasColors).enumerated().map { row, line in
      let label = marks[row].map { significant($0) } ?? ""
      let space = String(repeating: " ", count: max(Self.labelWidth - label.count, 0))
      return "\(space)\(label) \(marks[row] == nil ? "│" : "┤")\(trimmed(line))"
    }
    let margin = String(repeating: " ", count: Self.labelWidth + 1)
    return legend + drawing
      + [margin + "└" + String(repeating: "─", count: columns), margin + epochLabels(columns)]
  }

  /// The highest number of the axis, which begins at 0: a round multiple of a power of ten.
  private var top: Double {
    let highest = curves.flatMap(\.points).map(\.y).max() ?? 1
    guard highest > 0 else { return 1 }
    let power = pow(10, floor(log10(highest)))
    return [1, 1.5, 2, 2.5, 3, 4, 5, 10].map { $0 * power }.first { $0 >= highest } ?? highest
  }

  /// A sample and the name of each curve, in as many lines as needed; a name that is too wide is truncated.
  private func legend(width: Int) -> [String] {
    let indent = String(repeating: " ", count: Self.labelWidth + 1)
    var lines = [indent]
    var count = indent.count
    for curve in curves {
      let sample = Self.sample(curve.pattern)
      let name = String(curve.name.prefix(max(width - indent.count - sample.count - 1, 1)))
      let needed = sample.count + 1 + name.count
      if count > indent.count, count + needed > width {
        lines.append(indent)
        count = indent.count
      }
      let painted = hasColors ? "\u{1B}[\(curve.color)m\(sample)\u{1B}[0m" : sample
      lines[lines.count - 1] += "\(painted) \(name)  "
      count += needed + 2
    }
    return lines.map(trimmed)
  }

  /// A short piece of a line.
  private static func sample(_ pattern: [Int]) -> String {
    var canvas = BrailleCanvas(columns: 5, rows: 1)
    canvas.draw([(0, 1), (9, 1)], pattern: pattern, color: 0)
    return canvas.lines(hasColors: false).first ?? ""
  }

  /// Numbers of epochs below their positions, as many as fit.
  private func epochLabels(_ columns: Int) -> String {
    var line = ""
    let widest = "\(epochs)".count + 2
    let step = max((epochs * widest + columns - 1) / max(columns, 1), 1)
    for epoch in stride(from: 0, through: epochs, by: step) {
      let label = "\(epoch)"
      let position = Int((Double(epoch) / Double(max(epochs, 1)) * Double(columns - 1)).rounded()) + 1
      let start = min(position, columns + 1 - label.count)
      guard start >= line.count + (line.isEmpty ? 0 : 1) else { continue }
      line += String(repeating: " ", count: start - line.count) + label
    }
    let unit = " epoch"
    return line.count + unit.count <= columns + 1 ? line + unit : line
  }

  private func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }
}
