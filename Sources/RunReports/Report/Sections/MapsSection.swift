import FeatureMaps
import Reporting
import Training

/// Where in some images the network sees their classes.
struct MapsSection: ReportSection {
  let title = "What it sees"
  /// The side of the pictures, in pixels; they are shown a little larger, so that the page stays small.
  private static let side = 56

  func content(of report: RunReport) throws -> HTML? {
    guard let maps = report.judged?.maps else { return nil }
    guard maps.haveDetail else { return withoutDetail(report) }
    let text =
      "The maps of two classes over each image, \(maps.head.shape[1])×\(maps.head.shape[2]) numbers that are interpolated. "
      + "The mean of a map is the class's score. The colours of an image's maps have one scale, up to its largest number: "
      + "from violet to yellow or, where there are numbers below 0, from blue to red, with 0 in white."
    return HTML(
      [.paragraph(text)] + (try list("Classified rightly", maps.right))
        + (try list("Worst mistakes", maps.wrong)))
  }

  /// What to do where a map is one number.
  private func withoutDetail(_ report: RunReport) -> HTML {
    let checkpoint = shellQuoted(RunFolder.checkpoint(in: report.run.path))
    let command = "nin maps --checkpoint \(checkpoint) --index 0 --image-size 224 --output maps.svg"
    return HTML([
      .paragraph(
        "The map of a class is a single number for images of this size, so that there is nothing to be seen in it. Larger "
          + "images have larger maps:"),
      .element("pre", [.element("code", command)]),
    ])
  }

  private func list(_ heading: String, _ pictures: [ClassMapPicture]) throws -> [HTML] {
    guard !pictures.isEmpty else { return [] }
    let items = try pictures.map { HTML.element("li", try figures($0)) }
    return [.element("h3", heading), .element("ul", with: ["class": "maps"], items)]
  }

  /// The image, the map of the class that it was taken for, and that of its own class or, if it is the same, of the next.
  private func figures(_ picture: ClassMapPicture) throws -> [HTML] {
    let ranked = picture.maps.byScore
    let own = ranked.first { $0.classIndex == picture.label && $0.classIndex != ranked[0].classIndex }
    let shown = [ranked.first, own ?? ranked.dropFirst().first].compactMap(\.self)
    let label = picture.label.map { picture.classNames[$0] } ?? ""
    let input = figure(
      try picture.image.raster(side: Self.side).dataURI(), "\(picture.name): \(label)", isPixelated: true,
      ["is \(label)"], picture.name)
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
