import Reporting

/// An image with the map of every class over it.
public struct ClassMapPicture: Sendable {
  /// The image's name: `test image 0`.
  public let name: String
  /// The image.
  public let image: DrawnImage
  /// The maps.
  public let maps: ClassMaps
  /// The classes' names.
  public let classNames: [String]
  /// The image's class, whose map is framed; nil if unknown.
  public let label: Int?

  /// Combines an image and its maps.
  ///
  /// - Parameters:
  ///   - name: The image's name.
  ///   - image: The image.
  ///   - maps: The maps.
  ///   - classNames: The classes' names; classes are numbered unless there is one name per map.
  ///   - label: The image's class, if known.
  public init(
    name: String, image: DrawnImage, maps: ClassMaps, classNames: [String] = [], label: Int? = nil
  ) {
    let classes = maps.maps.indices
    self.name = name
    self.image = image
    self.maps = maps
    self.classNames = classNames.count == classes.count ? classNames : classes.map { "class \($0)" }
    self.label = label.flatMap { classes.contains($0) ? $0 : nil }
  }

  /// The scale of the colors, common to the maps of all classes.
  package var scale: ColorScale { ColorScale(of: maps.maps.map(\.map), opacity: Self.opacity) }

  /// The opacity of a map over the image.
  fileprivate static let opacity = 0.7

  /// A map over the image.
  ///
  /// - Parameters:
  ///   - map: The map.
  ///   - side: The approximate side of the picture, in pixels.
  /// - Returns: The picture.
  package func raster(_ map: ClassMap, side: Int = DrawnImage.defaultSide) -> Raster {
    image.raster(below: map.map, scale, side: side)
  }

  /// The image followed by its maps, that of the highest score first.
  ///
  /// - Parameter limit: The number of maps to show, at least 1; nil for all.
  /// - Returns: The strip.
  package func strip(limit: Int? = nil) -> PictureStrip {
    let shown = maps.byScore.prefix(max(limit ?? maps.maps.count, 1))
    let style = Style(count: shown.count)
    let scale = scale
    let tiles = shown.map { map in
      let score = Self.text(map)
      return PictureTile(
        image.raster(below: map.map, scale, side: style.pixels), name: classNames[map.classIndex],
        caption: score, label: "\(name): map of \(classNames[map.classIndex]), score \(score)",
        isFramed: map.classIndex == label)
    }
    let input = PictureTile(image.raster(side: style.pixels), label: "\(name): the image")
    return PictureStrip(
      name, note: note(shown.first),
      panels: [
        PicturePanel(tiles: [input], columns: 1, tileWidth: style.imageWidth),
        PicturePanel(tiles: tiles, columns: style.columns, tileWidth: style.tileWidth, scale: scale),
      ])
  }

  private func note(_ best: ClassMap?) -> String {
    let prediction = best.map {
      "classified as \(classNames[$0.classIndex]), \(Self.percent($0.probability))"
    }
    let label = label.map { "the true class, \(classNames[$0]), is framed" }
    return [prediction, label].compactMap(\.self).joined(separator: "; ")
  }

  /// Score and probability.
  private static func text(_ map: ClassMap) -> String {
    guard map.score.isFinite else { return "not a number" }
    return "\(decimal(map.score, places: 2)) · \(percent(map.probability))"
  }

  private static func percent(_ share: Double) -> String {
    share.isFinite ? "\(decimal(100 * share, places: 1)) %" : "not a number"
  }

  /// The size of tiles, depending on their number.
  private struct Style {
    let columns: Int
    let tileWidth: Double
    let imageWidth: Double
    /// The side of their pictures.
    let pixels: Int

    init(count: Int) {
      switch count {
      case ...12: (columns, tileWidth, imageWidth, pixels) = (5, 150, 224, DrawnImage.defaultSide)
      case ...40: (columns, tileWidth, imageWidth, pixels) = (8, 112, 224, 168)
      default: (columns, tileWidth, imageWidth, pixels) = (10, 96, 224, 112)
      }
    }
  }
}

extension PictureSheet {
  /// The class confidence maps of some images, one strip each.
  ///
  /// - Parameters:
  ///   - pictures: The images with their maps, at least one.
  ///   - head: The network's head.
  ///   - limit: The number of maps to show for each, at least 1; nil for all.
  public init(_ pictures: [ClassMapPicture], _ head: ClassMapHead, limit: Int? = nil) {
    let source =
      switch head.rule {
      case .mean: "The maps of \(head.layer)."
      case .weightedMeans, .weightedElements:
        "Sums of the maps of \(head.layer), weighted for each class."
      }
    let size = "\(head.shape[1])×\(head.shape[2])"
    self.init(
      "Class confidence maps",
      notes: [
        source,
        "A class's score is the mean of its map: \(size) values, interpolated over the image.",
        "Below each class: score · probability. The maps of an image share one scale, at an opacity of "
          + "\(decimal(100 * ClassMapPicture.opacity, places: 0)) %.",
      ],
      strips: pictures.map { $0.strip(limit: limit) })
  }
}
