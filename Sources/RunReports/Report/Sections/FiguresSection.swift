import Reporting
import Tensors
import Training

/// The results of training.
struct FiguresSection: ReportSection {
  let title = "Results"

  func content(of report: RunReport) -> HTML? {
    let figures = figures(of: report)
    guard !figures.isEmpty else { return .paragraph("No epoch is complete yet.") }
    let list = figures.map { name, value in
      HTML.element("div", [.element("dt", name), .element("dd", value)])
    }
    return HTML([.element("dl", with: ["class": "figures"], list), epochs(of: report)])
  }

  private func figures(of report: RunReport) -> [(String, String)] {
    guard let metrics = report.run.metrics, let last = metrics.last else { return [] }
    let what = report.run.judgedBy ?? ""
    var figures: [(String, String?)] = [
      ("\(what) accuracy", last.heldOutAccuracy.map(threePlaces)),
      ("\(what) loss", last.heldOutLoss.map(threePlaces)),
      ("train accuracy", threePlaces(last.trainingAccuracy)),
      ("train loss", threePlaces(last.trainingLoss)),
    ]
    if let best = metrics.best {
      figures.append(("best epoch", "\(best.epoch) (\(threePlaces(best.accuracy)))"))
    }
    if let judged = report.judged, judged.matrix.classes > 5 {
      figures.append(
        ("top-5 accuracy", percentText(judged.ranks.accuracy(top: 5))))
    }
    figures += [
      ("images seen", metrics.imagesSeen.map(grouped)), ("training time", metrics.seconds.map(duration)),
      ("images/s", metrics.imagesPerSecond.map { decimal($0, places: 1) }),
    ]
    return figures.compactMap { name, value in value.map { (name, $0) } }
  }

  private func epochs(of report: RunReport) -> HTML {
    var table = HTMLTable(
      "Results of each epoch",
      header: [
        "epoch", "train loss", "train accuracy", "validation loss", "validation accuracy", "test loss",
        "test accuracy",
      ], columns: Array(repeating: .number, count: 7))
    for epoch in report.run.epochs {
      table.add(
        ["\(epoch.epoch)", threePlaces(epoch.trainingLoss), threePlaces(epoch.trainingAccuracy)]
          + [epoch.validationLoss, epoch.validationAccuracy, epoch.testLoss, epoch.testAccuracy]
          .map(threePlaces))
    }
    return .element("details", [.element("summary", "All epochs"), table.html])
  }
}
