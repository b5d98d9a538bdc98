/// A table whose first column names its rows.
public struct HTMLTable {
  /// The kind of text in a column's cells, which determines the alignment.
  public enum Column: Sendable {
    /// Text, aligned to the left.
    case text
    /// Numbers, aligned to the right.
    case number
  }

  private let label: String
  private let columns: [Column]
  private let header: [String]
  private var rows: [HTML] = []

  /// Creates a table with only its header.
  ///
  /// - Parameters:
  ///   - label: The description for screen readers.
  ///   - header: The columns' names.
  ///   - columns: The kinds of the columns.
  public init(_ label: String, header: [String], columns: [Column]) {
    self.label = label
    self.header = header
    self.columns = columns
  }

  /// Adds a row.
  ///
  /// - Parameter cells: The text of each cell, one per column; it is escaped.
  public mutating func add(_ cells: [String]) {
    let content = zip(cells, columns).enumerated().map { index, cell in
      let kind = cell.1 == .number ? "number" : "text"
      return index == 0
        ? HTML.element("th", with: ["scope": "row", "class": kind], cell.0)
        : HTML.element("td", with: ["class": kind], cell.0)
    }
    rows.append(.element("tr", content))
  }

  /// The table, which scrolls if it is wider than the page.
  public var html: HTML {
    let head = zip(header, columns).map {
      HTML.element("th", with: ["scope": "col", "class": $1 == .number ? "number" : "text"], $0)
    }
    return .scrolled(
      label,
      .element("table", [.element("thead", [.element("tr", head)]), .element("tbody", rows)]))
  }
}
