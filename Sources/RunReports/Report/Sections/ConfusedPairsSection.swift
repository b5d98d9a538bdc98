import Tensors
import Training

/// The most frequently confused pairs of classes, with images.
struct ConfusedPairsSection: ReportSection {
  let title = "Most confused"
  private static let maximumPairs = 8
  private static let maximumImages = 6

  func content(of report: RunReport) -> HTML? {
    guard let judged = report.judged else { return nil }
    let pairs = judged.matrix.mostConfused(Self.maximumPairs)
    guard !pairs.isEmpty else { return .paragraph("No image was misclassified.") }
    let parts = pairs.map { pair -> HTML in
      let mistakes = judged.mistakes.filter { $0.label == pair.label && $0.prediction == pair.prediction }
      let names = judged.images.classNames
      let heading =
        "\(names[pair.label]) classified as \(names[pair.prediction]): \(grouped(pair.count)) of "
        + grouped(judged.matrix.support(of: pair.label))
      return HTML([
        .element("h3", heading),
        ImageList(judged).html(mistakes.prefix(Self.maximumImages)),
      ])
    }
    return HTML(parts)
  }
}
