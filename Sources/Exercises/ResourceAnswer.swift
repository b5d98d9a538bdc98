import Reporting
import RunReports
import Tensors

/// A comparison of the costs of networks.
package struct ResourceAnswer: Sendable {
  /// The exercise.
  package let exercise: Exercise
  /// The number of images in a measured batch.
  package let batch: Int
  /// The name of the backend.
  package let backend: String
  /// The networks.
  package let costs: [NetworkCost]

  /// The size of the experiment.
  package var scope: String {
    let counts = costs.flatMap { [$0.training.count, $0.prediction.count] }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    return
      "Images of 1×224×224, 10 classes; times are medians of \(least < most ? "\(least) to \(most)" : "\(most)") batches "
      + "of \(batch), measured on \(backend), with the range in brackets; memory is for batches of 128."
  }

  /// The findings, one sentence each.
  package var findings: [String] {
    guard let base = costs.first else { return [] }
    func ratio(_ value: Double, _ base: Double) -> String { decimal(value / base, places: 1) }
    return costs.dropFirst().map { cost in
      "\(cost.network), compared with \(base.network): "
        + "\(ratio(Double(cost.parameters), Double(base.parameters))) times the parameters "
        + "(\(percent(cost.denseParameters, of: cost.parameters)) % of them in dense layers), "
        + "\(ratio(Double(cost.multiplyAccumulates), Double(base.multiplyAccumulates))) times the operations, "
        + "\(ratio(Double(cost.trainingMemory), Double(base.trainingMemory))) times the memory in training and "
        + "\(ratio(Double(cost.predictionMemory), Double(base.predictionMemory))) times in prediction, "
        + "\(ratio(median(cost.training), median(base.training))) times the time of training and "
        + "\(ratio(median(cost.prediction), median(base.prediction))) times that of prediction."
    }
  }

  /// The exercise, the table and the findings.
  package var text: String {
    var table = ColumnTable(header, alignment: [.left] + header.dropFirst().map { _ in .right })
    for row in rows { table.add(row) }
    return """
      Exercise \(exercise.number): \(exercise.title)

      \(exercise.question)

      \(scope)

      \(findings.map { "- \($0)" }.joined(separator: "\n"))

      \(table)

      \(exercise.background)
      """
  }

  private var header: [String] { [""] + costs.map(\.network) }

  private var rows: [[String]] {
    func row(_ name: String, _ cell: (NetworkCost) -> String) -> [String] { [name] + costs.map(cell) }
    func mebibytes(_ bytes: Int) -> String { "\(grouped(Int((Double(bytes) / 1_048_576).rounded()))) MiB" }
    return [
      row("parameters") { grouped($0.parameters) },
      row("in dense layers") { grouped($0.denseParameters) },
      row("GFLOP per image") { decimal(2 * Double($0.multiplyAccumulates) / 1e9, places: 2) },
      row("memory for training") { mebibytes($0.trainingMemory) },
      row("memory for prediction") { mebibytes($0.predictionMemory) },
      row("training, ms per image") { milliseconds($0.training) },
      row("prediction, ms per image") { milliseconds($0.prediction) },
    ]
  }

  private func milliseconds(_ seconds: [Double]) -> String {
    let (least, greatest) = (seconds.min() ?? 0, seconds.max() ?? 0)
    func text(_ seconds: Double) -> String { decimal(1e3 * seconds, places: 2) }
    return "\(text(median(seconds))) (\(text(least))–\(text(greatest)))"
  }

  /// The median of some numbers; 0 of none.
  func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
  }
}

// MARK: Files

extension ResourceAnswer {
  private struct Report: Encodable {
    let exercise: Int
    let question: String
    let backend: String
    let batch: Int
    let findings: [String]
    let networks: [NetworkCost]
  }

  /// Writes text, table, picture and page, each completely or not at all.
  ///
  /// - Parameter folder: The folder to write to.
  /// - Throws: `FileError` if one cannot be written.
  package func write(to folder: ExerciseFolder) throws {
    let report = Report(
      exercise: exercise.number, question: exercise.question, backend: backend, batch: batch,
      findings: findings, networks: costs)
    try folder.write(text + "\n", to: folder.text)
    try folder.writeJSON(report, to: folder.json)
    try folder.write(csv, to: folder.table)
    try folder.write(chart.svg().document, to: folder.curves)
    try folder.write(page.document, to: folder.page)
  }

  private var csv: String {
    let header =
      "network,parameters,dense_parameters,multiply_accumulates,training_bytes,prediction_bytes,"
      + "training_seconds_per_image,prediction_seconds_per_image"
    let rows = costs.map { cost in
      "\(cost.network),\(cost.parameters),\(cost.denseParameters),\(cost.multiplyAccumulates),\(cost.trainingMemory),"
        + "\(cost.predictionMemory),\(median(cost.training)),\(median(cost.prediction))"
    }
    return ([header] + rows).joined(separator: "\n") + "\n"
  }

  private var page: HTMLPage {
    var table = HTMLTable(
      "Networks", header: header, columns: [.text] + header.dropFirst().map { _ in .number })
    for row in rows { table.add(row) }
    return HTMLPage(
      title: "Exercise \(exercise.number): \(exercise.title)",
      introduction: HTML([.paragraph(exercise.question), .paragraph(scope)]),
      sections: [
        .init(title: "Results", content: .element("ul", findings.map { .element("li", $0) })),
        .init(title: "Table", content: table.html),
        .init(
          title: "Side by side",
          content: HTML([
            .paragraph(
              "Each network's resources, divided by those of the first, on a logarithmic axis; a line is the range of the "
                + "measured times."),
            .chart(chart, label: chart.title),
          ])),
        .init(title: "Background", content: .paragraph(exercise.background)),
      ])
  }
}
