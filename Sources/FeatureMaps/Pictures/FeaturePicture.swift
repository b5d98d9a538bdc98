import Reporting
import Tensors

extension PictureSheet {
  /// The activations of one layer for an image, a picture per channel, each number a square.
  ///
  /// - Parameters:
  ///   - features: The activations.
  ///   - image: The image.
  ///   - name: The image's name.
  ///   - backend: The backend that computed them.
  ///   - limit: The number of channels to show, from the first, at least 1; nil for all.
  public init(
    _ features: LayerFeatures, of image: DrawnImage, name: String, backend: String, limit: Int? = nil
  ) {
    let scale = ColorScale(of: features.maps)
    let shown = Array(features.maps.prefix(max(limit ?? features.maps.count, 1)))
    let grid = FeatureGrid(shown, columns: Columns.count(for: shown.count))
    self.init(
      "Activations of \(features.layer)",
      notes: [
        features.summary(shown: shown.count),
        "\(name) on \(backend). All channels share one scale.",
      ],
      strips: [PictureStrip(panels: [grid.image(image, name), grid.panel("", shown, scale)])])
  }

  /// The activations of one layer on two backends, and their difference, on a separate scale.
  ///
  /// - Parameters:
  ///   - comparison: The activations.
  ///   - image: The image.
  ///   - name: The image's name.
  ///   - backends: The names of the backends.
  ///   - limit: The number of channels to show, from the first, at least 1; nil for all.
  public init(
    _ comparison: FeatureComparison, of image: DrawnImage, name: String, backends: (String, String),
    limit: Int? = nil
  ) {
    let (first, second) = (comparison.first, comparison.second)
    let scale = ColorScale(of: first.maps + second.maps)
    let difference = ColorScale(limit: comparison.largestDifference, isSigned: true)
    let count = min(max(limit ?? first.maps.count, 1), first.maps.count)
    let grid = FeatureGrid(Array(first.maps.prefix(count)), columns: Columns.count(for: count, atMost: 6))
    func panel(_ title: String, _ maps: [Plane], _ scale: ColorScale) -> PicturePanel {
      grid.panel(title, Array(maps.prefix(count)), scale)
    }
    let factor = comparison.magnification.map { ", × \(factorText($0))" } ?? ""
    self.init(
      "Activations of \(first.layer) on \(backends.0) and \(backends.1)",
      notes: ["\(first.summary(shown: count)) \(name).", comparison.summary],
      strips: [
        PictureStrip(panels: [
          grid.image(image, name), panel(backends.0, first.maps, scale),
          panel(backends.1, second.maps, scale),
          panel("\(backends.0) − \(backends.1)\(factor)", comparison.differences, difference),
        ])
      ])
  }
}

extension LayerFeatures {
  fileprivate func summary(shown: Int) -> String {
    let size = maps.first.map { "\($0.height)×\($0.width)" } ?? ""
    let count =
      shown < maps.count
      ? "the first \(grouped(shown)) of \(counted(maps.count, "channel"))" : counted(shown, "channel")
    return "\(kind): \(count) of \(size) values."
  }
}

extension FeatureComparison {
  /// The size of the difference, in one sentence.
  public var summary: String {
    guard areFinite else { return "Some activations are not finite; they are drawn in magenta." }
    guard let magnification else { return "There is no difference: all activations are equal." }
    return "The largest difference is \(significant(largestDifference)), for activations up to "
      + "\(significant(largestActivation)); differences are magnified \(factorText(magnification)) times."
  }
}

/// The layout of a layer's maps.
private struct FeatureGrid {
  private let columns: Int
  /// The side of a number's square.
  private let side: Int
  private let tileWidth: Double

  /// The approximate side of a map's picture.
  private static let defaultSide = 72

  init(_ maps: [Plane], columns: Int) {
    self.columns = columns
    let extent = maps.first.map { max($0.height, $0.width) } ?? 1
    side = max(Self.defaultSide / extent, 1)
    tileWidth = maps.count > 128 ? 44 : 60
  }

  func image(_ image: DrawnImage, _ name: String) -> PicturePanel {
    PicturePanel(
      tiles: [PictureTile(image.raster(), label: "\(name): the image")], columns: 1, tileWidth: 168)
  }

  func panel(_ title: String, _ maps: [Plane], _ scale: ColorScale) -> PicturePanel {
    let tiles = maps.enumerated().map { index, map in
      PictureTile(
        Raster(map, scale, side: side), name: "\(index)",
        label: title.isEmpty ? "channel \(index)" : "\(title): channel \(index)")
    }
    return PicturePanel(title, tiles: tiles, columns: columns, tileWidth: tileWidth, scale: scale)
  }
}

/// A factor with two or three significant digits, written out if that is short: 4,900,000.
private func factorText(_ factor: Double) -> String {
  let text = significant(factor)
  guard factor >= 1000, factor < 1e9, let rounded = Double(text) else { return text }
  return grouped(Int(rounded))
}
