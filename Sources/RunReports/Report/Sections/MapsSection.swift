import FeatureMaps
import Reporting
import Training

/// The class confidence maps of some images.
struct MapsSection: ReportSection {
  let title = "Class confidence maps"
  /// The side of the pictures, in pixels; they are displayed larger, so that the page stays small.
  private static let side = 48

  func content(of report: RunReport) throws -> HTML? {
    guard let judged = report.judged, let maps = judged.maps else { return nil }
    guard maps.head.hasDetail else {
      return .paragraph(
        "The map of a class is a single number here and shows nothing. If larger images have larger maps, nin report "
          + "shows those.")
    }
    let size = "\(maps.head.shape[1])×\(maps.head.shape[2])"
    let text =
      "Two maps per image: of the predicted class, and of the correct class or else the next most likely one. A map "
      + "has \(size) values, drawn interpolated; their mean is the score of the class. The maps of an image share one "
      + "scale, given below the image: from violet (0) to yellow or, if there are negative values, from blue to red "
      + "around 0, which is nearly white."
    return HTML(
      [.paragraph(text)] + sizeNote(maps, report)
        + (try list("Classified correctly", maps.right)) + (try list("Worst mistakes", maps.wrong)))
  }

  /// A note if the maps are of larger images than those classified.
  private func sizeNote(_ maps: MappedImages, _ report: RunReport) -> [HTML] {
    guard let network = report.network, network.image != maps.image else { return [] }
    let usual = "\(network.image[1])×\(network.image[2])"
    let larger = "\(maps.image[1])×\(maps.image[2])"
    return [
      .element(
        "p", with: ["class": "note"],
        "For images of \(usual), as in training, a map would be a single number. These are the maps of the same "
          + "images at \(larger). The scores are those of the larger images, for which the network may choose another class."
      )
    ]
  }

  private func list(_ heading: String, _ examples: [MappedImages.Example]) throws -> [HTML] {
    guard !examples.isEmpty else { return [] }
    let items = try examples.map { HTML.element("li", try figures($0)) }
    return [.element("h3", heading), .element("ul", with: ["class": "maps"], items)]
  }

  /// The image, the map of the predicted class, and that of the correct class or, if it is the same, of another.
  private func figures(_ example: MappedImages.Example) throws -> [HTML] {
    let picture = example.picture
    let others = picture.maps.byScore.filter { $0.classIndex != example.prediction }
    let other = others.first { $0.classIndex == picture.label } ?? others.first
    let shown = [picture.maps.maps[example.prediction]] + (other.map { [$0] } ?? [])
    let label = picture.label.map { picture.classNames[$0] } ?? ""
    let scale = picture.scale
    let input = figure(
      try picture.image.raster(side: Self.side).dataURI(), "\(picture.name): \(label)", isPixelated: true,
      ["is \(label)", "maps from \(significant(scale.marks.first ?? 0)) to \(significant(scale.limit))"],
      picture.name)
    return try [input]
      + shown.map { map in
        let name = picture.classNames[map.classIndex]
        let isOwn = map.classIndex == picture.label
        return figure(
          try picture.raster(map, side: Self.side).dataURI(), "\(picture.name): map of \(name)",
          isPixelated: false, [isOwn ? "\(name), its class" : name],
          "score \(decimal(map.score, places: 2)), \(percentText(map.probability))")
      }
  }

  private func figure(
    _ source: String, _ description: String, isPixelated: Bool, _ lines: [String], _ muted: String
  ) -> HTML {
    let caption =
      lines.map { HTML.element("span", $0) } + [.element("span", with: ["class": "muted"], muted)]
    return .element(
      "figure",
      [
        .empty("img", ["src": source, "alt": description, "class": isPixelated ? "small" : "large"]),
        .element("figcaption", caption),
      ])
  }
}
