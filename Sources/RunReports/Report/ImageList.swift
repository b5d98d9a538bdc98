import Datasets
import ImageFiles
import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Misclassified images, each with its class and the predicted one.
struct ImageList {
  private let judged: JudgedImages
  /// Larger images are shrunk to this side, so that the page stays small.
  private static let maximumSide = 96
  /// Images up to this side are enlarged with their pixels as squares.
  private static let maximumPixelatedSide = 64

  init(_ judged: JudgedImages) {
    self.judged = judged
  }

  /// The list.
  func html(_ mistakes: some Sequence<JudgedImages.Mistake>) -> HTML {
    .element("ul", with: ["class": "images"], mistakes.map { .element("li", [figure($0)]) })
  }

  private func figure(_ mistake: JudgedImages.Mistake) -> HTML {
    let names = judged.images.classNames
    let (label, prediction) = (names[mistake.label], names[mistake.prediction])
    let source = judged.images.fileName(at: mistake.index) ?? "\(judged.name) image \(mistake.index)"
    return .element(
      "figure",
      [
        image(mistake.index, "\(label), classified as \(prediction)"),
        .element(
          "figcaption",
          [
            .element("span", "is \(label), \(percentText(mistake.labelProbability))"),
            .element("span", "classified as \(prediction), \(percentText(mistake.predictionProbability))"),
            .element("span", with: ["class": "muted"], "loss \(decimal(mistake.loss, places: 2)), \(source)"),
          ]),
      ])
  }

  /// The image, embedded; a note if its file can no longer be read.
  private func image(_ index: Int, _ description: String) -> HTML {
    guard let file = try? PNGEncoder.encode(thumbnail(index)) else {
      return .element("p", with: ["class": "muted"], "The image can no longer be read.")
    }
    let size = judged.images.size(at: index)
    let isSmall = max(size.height, size.width) <= Self.maximumPixelatedSide
    return .empty(
      "img",
      [
        "src": "data:image/png;base64,\(Data(file).base64EncodedString())", "alt": description,
        "class": isSmall ? "small" : "large",
      ])
  }

  private func thumbnail(_ index: Int) throws -> DecodedImage {
    let images = judged.images
    let size = images.size(at: index)
    let largest = max(size.height, size.width)
    let scale = min(1, Double(Self.maximumSide) / Double(largest))
    let shown = PixelSize(
      height: max(Int((Double(size.height) * scale).rounded()), 1),
      width: max(Int((Double(size.width) * scale).rounded()), 1))
    let pixels =
      shown == size ? try images.image(at: index) : try images.image(at: index, resizedTo: shown)
    // Other numbers of channels are not colors: the first is shown as gray.
    let channels = images.channels == 3 ? 3 : 1
    return DecodedImage(
      width: shown.width, height: shown.height, channels: channels,
      planes: Array(pixels.prefix(channels * shown.height * shown.width)))
  }
}
