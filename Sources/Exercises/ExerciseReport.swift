import Drawing
import RunReports

/// The files of an answer: text, table, curves and page.
package struct ExerciseReport {
  private let answer: ExerciseAnswer

  /// Creates the report on an answer.
  package init(_ answer: ExerciseAnswer) {
    self.answer = answer
  }

  /// Writes all files, each completely or not at all.
  ///
  /// - Parameter folder: The folder to write to.
  /// - Throws: `FileError` if one cannot be written.
  package func write(to folder: ExerciseFolder) throws {
    try folder.write(answer.text + "\n", to: folder.text)
    try folder.writeJSON(answer, to: folder.json)
    try folder.write(answer.csv, to: folder.table)
    try folder.write(ChartSheet([answer.chart]).svg.document, to: folder.curves)
    try folder.write(page.document, to: folder.page)
  }

  private var page: HTMLPage {
    HTMLPage(
      title: "Exercise \(answer.exercise.number): \(answer.exercise.title)",
      introduction: HTML([.paragraph(answer.exercise.question), .paragraph(answer.scope)]),
      sections: [
        .init(title: "Summary", content: list(answer.summary)),
        .init(title: "Results", content: HTML([list(answer.findings), .paragraph(answer.method)])),
        .init(title: "Table", content: table),
        .init(
          title: "Curves",
          content: HTML([
            .paragraph("The test accuracy after each epoch: means, and the range over seeds."),
            .chart(answer.chart, label: answer.chart.title),
          ])),
        .init(title: "Runs", content: runs),
        .init(title: "Background", content: HTML([.paragraph(answer.exercise.background)])),
      ])
  }

  private func list(_ items: [String]) -> HTML { .element("ul", items.map { .element("li", $0) }) }

  /// The accuracies by seed; those of a row are compared.
  private var runs: HTML {
    var table = HTMLTable(
      "Test accuracy of each run", header: ["seed"] + answer.variants.map(\.variant.name),
      columns: [.number] + answer.variants.map { _ in .number })
    for seed in 0..<answer.seeds {
      let values = answer.variants.map { $0.runs[seed][.accuracy].map(ExerciseMeasure.accuracy.text) ?? "" }
      table.add(["\(seed)"] + values)
    }
    return HTML([.paragraph("The test accuracy of each run; the runs of a row are compared."), table.html])
  }

  private var table: HTML {
    var table = HTMLTable(
      "Networks", header: answer.header, columns: [.text] + answer.header.dropFirst().map { _ in .number })
    for row in answer.rows { table.add(row) }
    return table.html
  }
}
