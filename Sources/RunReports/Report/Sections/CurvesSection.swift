import Reporting

/// The book's figure.
struct CurvesSection: ReportSection {
  let title = "Curves"

  func content(of report: RunReport) -> HTML? {
    let curves = TrainingCurves(report.run)
    guard !curves.isEmpty else { return nil }
    let last = report.run.epochs.last
    let label =
      "Loss and accuracy over epochs"
      + (last?.heldOutAccuracy.map { ", ending at an accuracy of \(decimal($0, places: 3))" } ?? "")
    return HTML([
      .chart(curves.chart, label: label),
      .paragraph(
        "The training loss is the mean over half an epoch, each batch measured before its update; the others are means over "
          + "batches after each epoch, as in the book's figure."),
    ])
  }
}
