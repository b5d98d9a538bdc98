/// The images with the greatest losses.
struct MistakesSection: ReportSection {
  let title = "Worst mistakes"
  private static let mostImages = 24

  func content(of report: RunReport) -> HTML? {
    guard let judged = report.judged, !judged.mistakes.isEmpty else { return nil }
    return HTML([
      .paragraph(
        "The images with the greatest loss, the negative logarithm of the probability that the network gives their class: "
          + "mistakes of the network, or wrong labels."),
      ImageList(judged).html(judged.mistakes.prefix(Self.mostImages)),
    ])
  }
}
