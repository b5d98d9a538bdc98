import Reporting

extension RunComparison {
  /// The maximum number of epochs that are printed; if there are more, they are sampled at equal distances.
  private static let maximumEpochs = 20
  /// Without a terminal, a wider table of recipes becomes a list, since the layers of a network can be a long text.
  private static let widestTable = 240

  /// The tables for display, without a line break at the end.
  ///
  /// - Parameter width: The width of the terminal in columns; nil for no limit.
  /// - Returns: The results, the differences between recipes, and the accuracy after each epoch.
  public func text(width: Int? = nil) -> String {
    let (results, epochs) = (resultTable, epochTable)
    return [results.text(width: width ?? .max), recipeText(width), epochs?.text(width: width ?? .max)]
      .compactMap(\.self).joined(separator: "\n\n")
  }

  private var resultTable: ColumnTable {
    var table = ColumnTable(
      Self.resultHeader, alignment: Self.resultHeader.indices.map { $0 < 2 ? .left : .right })
    for row in results { table.add(row) }
    return table
  }

  private func recipeText(_ width: Int?) -> String? {
    let (names, rows) = recipeDifferences
    guard names.count > 1 else { return nil }
    guard !rows.isEmpty else { return "The recipes do not differ." }
    var table = ColumnTable(
      ["recipe"] + names, alignment: Array(repeating: .left, count: names.count + 1))
    for row in rows { table.add(row) }
    let width = width ?? Self.widestTable
    guard table.width > width else { return "\(table)" }
    return Self.recipeList(names, rows, width)
  }

  /// A key, and below it a line per run, since values are too long for columns on a narrow terminal.
  private static func recipeList(_ names: [String], _ rows: [[String]], _ width: Int) -> String {
    let lines = rows.flatMap { row in
      [row[0]] + zip(names, row.dropFirst()).flatMap { wrapped("  \($0): \($1)", to: width) }
    }
    return (["Differences between the recipes:"] + lines).joined(separator: "\n")
  }

  private var epochTable: ColumnTable? {
    let judged = compared.filter(\.isJudged)
    guard !judged.isEmpty else { return nil }
    var table = ColumnTable(
      ["accuracy after epoch"] + judged.map(\.name),
      alignment: Array(repeating: .right, count: judged.count + 1))
    for epoch in printedEpochs {
      table.add(["\(epoch)"] + judged.map { $0.accuracy(after: epoch).map(threePlaces) ?? "" })
    }
    return table
  }

  private var printedEpochs: [Int] {
    let (last, most) = (lastEpoch, Self.maximumEpochs)
    guard last > most else { return Array(1...max(last, 1)) }
    return (1...most).map { ($0 * last + most - 1) / most }
  }
}
