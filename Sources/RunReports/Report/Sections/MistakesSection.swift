/// The images with the largest losses.
struct MistakesSection: ReportSection {
  let title = "Worst mistakes"
  private static let maximumImages = 24

  func content(of report: RunReport) -> HTML? {
    guard let judged = report.judged, !judged.mistakes.isEmpty else { return nil }
    return HTML([
      .paragraph(
        "The images with the largest loss, the negative logarithm of the predicted probability of their class: "
          + "mistakes of the network, or wrong labels."),
      ImageList(judged).html(judged.mistakes.prefix(Self.maximumImages)),
    ])
  }
}
