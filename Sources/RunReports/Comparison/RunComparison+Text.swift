import Reporting

extension RunComparison: CustomStringConvertible {
  /// As many epochs as are printed; of more, as many that are equally far apart.
  private static let mostEpochs = 20

  /// The tables for a terminal, without a line end.
  public var description: String {
    [resultText, recipeText, epochText].compactMap(\.self).joined(separator: "\n\n")
  }

  private var resultText: String {
    var table = ColumnTable(
      Self.resultHeader, alignment: Self.resultHeader.indices.map { $0 < 2 ? .left : .right })
    for row in results { table.add(row) }
    return "\(table)"
  }

  private var recipeText: String? {
    let (names, rows) = recipeDifferences
    guard names.count > 1 else { return nil }
    guard !rows.isEmpty else { return "The recipes do not differ." }
    var table = ColumnTable(
      ["recipe"] + names, alignment: Array(repeating: .left, count: names.count + 1))
    for row in rows { table.add(row) }
    return "\(table)"
  }

  private var epochText: String? {
    let judged = compared.filter(\.isJudged)
    guard !judged.isEmpty else { return nil }
    var table = ColumnTable(
      ["accuracy after epoch"] + judged.map(\.name),
      alignment: Array(repeating: .right, count: judged.count + 1))
    for epoch in printedEpochs {
      table.add(["\(epoch)"] + judged.map { $0.accuracy(after: epoch).map(threePlaces) ?? "" })
    }
    return "\(table)"
  }

  private var printedEpochs: [Int] {
    let (last, most) = (lastEpoch, Self.mostEpochs)
    guard last > most else { return Array(1...max(last, 1)) }
    return (1...most).map { ($0 * last + most - 1) / most }
  }
}
