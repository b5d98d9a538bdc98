/// Rows of text under each other in aligned columns.
///
/// Written here because table libraries bring the whole of Foundation with them, which a command that predicts
/// one image would spend most of its time loading.
public struct ColumnTable: CustomStringConvertible {
  /// On which side of a column its cells stand.
  public enum Alignment: Sendable {
    case left, right
  }

  private var rows: [[String]]
  private let alignment: [Alignment]

  /// Makes a table with nothing but its header.
  ///
  /// - Parameters:
  ///   - header: The columns' names.
  ///   - alignment: On which side each column's cells stand.
  public init(_ header: [String], alignment: [Alignment]) {
    rows = [header]
    self.alignment = alignment
  }

  /// Adds a row of as many cells as the header has.
  public mutating func add(_ row: [String]) {
    rows.append(row)
  }

  /// The lines of the table, without a line end.
  public var description: String {
    let widths = alignment.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let cells = zip(zip(row, widths), alignment).map { cell, side in
        let spaces = String(repeating: " ", count: cell.1 - cell.0.count)
        return side == .left ? cell.0 + spaces : spaces + cell.0
      }
      return trimmedAtEnd(cells.joined(separator: "  "))
    }
    lines.insert(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), at: 1)
    return lines.joined(separator: "\n")
  }

  private func trimmedAtEnd(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
