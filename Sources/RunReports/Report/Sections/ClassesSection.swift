import Tensors
import Training

/// Precision and recall of each class.
struct ClassesSection: ReportSection {
  let title = "Classes"

  func content(of report: RunReport) -> HTML? {
    guard let judged = report.judged else { return nil }
    var table = HTMLTable(
      "Precision and recall of each class", header: ["class", "images", "precision", "recall", "F1"],
      columns: [.text, .number, .number, .number, .number])
    for (name, figures) in zip(judged.images.classNames, judged.matrix.figures) {
      table.add(
        [name, grouped(figures.support)] + [figures.precision, figures.recall, figures.f1].map(threePlaces))
    }
    let means = judged.matrix.means
    table.add(
      ["mean", grouped(judged.matrix.count)]
        + [means.precision, means.recall, means.f1].map(threePlaces))
    return HTML([
      .paragraph(
        "Precision: the share of images classified as a class that belong to it. Recall: the share of a class's images that "
          + "are classified as it. F1: the harmonic mean of the two."),
      table.html,
    ])
  }
}
