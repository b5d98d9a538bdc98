extension RunComparison {
  /// The page.
  var page: HTMLPage {
    HTMLPage(
      title: "Comparison of \(compared.count) runs",
      introduction: HTML(missing.map { .element("p", with: ["class": "note"], $0) }),
      sections: [
        .init(title: "Results", content: resultTable),
        .init(title: "Curves", content: curves),
        .init(title: "Recipes", content: recipes),
      ])
  }

  private var resultTable: HTML {
    let columns = Self.resultHeader.indices.map { $0 < 2 ? HTMLTable.Column.text : .number }
    var table = HTMLTable("Results", header: Self.resultHeader, columns: columns)
    for row in results { table.add(row) }
    return table.html
  }

  private var curves: HTML {
    let pictures = charts.map { HTML([.element("h3", $0.title), .chart($0, label: $0.title)]) }
    return pictures.isEmpty ? .paragraph("No epoch is complete yet.") : HTML(pictures)
  }

  private var recipes: HTML {
    let (names, rows) = recipeDifferences
    guard !rows.isEmpty else { return .paragraph("The recipes do not differ.") }
    var table = HTMLTable(
      "Differences between the recipes", header: ["key"] + names,
      columns: Array(repeating: .text, count: names.count + 1))
    for row in rows { table.add(row) }
    return HTML([.paragraph("Differences between the recipes."), table.html])
  }
}
