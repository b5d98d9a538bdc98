/// Rows of text in aligned columns.
///
/// It is implemented here because table libraries depend on Foundation, which would take most of the time of a command
/// that predicts one image to load.
package struct ColumnTable: CustomStringConvertible {
  /// The side of a column that its cells are aligned to.
  package enum Alignment: Sendable {
    case left, right
  }

  private var rows: [[String]]
  private let alignment: [Alignment]

  /// Creates a table with only its header.
  ///
  /// - Parameters:
  ///   - header: The columns' names.
  ///   - alignment: The side that each column's cells are aligned to.
  package init(_ header: [String], alignment: [Alignment]) {
    rows = [header]
    self.alignment = alignment
  }

  /// Adds a row with one cell per column.
  package mutating func add(_ row: [String]) {
    rows.append(row)
  }

  /// The lines of the table, without a line break at the end.
  package var description: String { text(of: Array(alignment.indices)) }

  /// The width of the table on a terminal, in columns.
  package var width: Int { widths.reduce(0, +) + Self.gap.count * max(widths.count - 1, 0) }

  /// The table for a terminal: a wider one is split into several, one below the other, each with the first column.
  ///
  /// - Parameter width: The width of the terminal, in columns.
  /// - Returns: The lines, without a line break at the end; wider than the terminal only if the first column and one
  ///   more are.
  package func text(width: Int) -> String {
    var blocks: [[Int]] = []
    var room = 0
    for column in alignment.indices.dropFirst() {
      let needed = Self.gap.count + widths[column]
      if needed > room || blocks.isEmpty {
        blocks.append([0])
        room = width - widths[0]
      }
      blocks[blocks.count - 1].append(column)
      room -= needed
    }
    return blocks.isEmpty ? description : blocks.map(text).joined(separator: "\n\n")
  }

  private static let gap = "  "

  private var widths: [Int] {
    alignment.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  private func text(of columns: [Int]) -> String {
    let widths = widths
    var lines = rows.map { row in
      let cells = columns.map { column in
        let spaces = String(repeating: " ", count: widths[column] - row[column].count)
        return alignment[column] == .left ? row[column] + spaces : spaces + row[column]
      }
      return trimmedAtEnd(cells.joined(separator: Self.gap))
    }
    lines.insert(
      columns.map { String(repeating: "─", count: widths[$0]) }.joined(separator: Self.gap), at: 1)
    return lines.joined(separator: "\n")
  }

  private func trimmedAtEnd(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
