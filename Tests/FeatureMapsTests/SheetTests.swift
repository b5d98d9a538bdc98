import Foundation
import ImageFiles
import Tensors
import TestSupport
import Testing

@testable import FeatureMaps

@Suite("Pictures of maps")
struct SheetTests {
  private static let names = ["<a> & \"b\"", "trouser", "bag"]

  private func picture(side: Int = 28, channels: Int = 1, name: String = "test image <0>") -> ClassMapPicture
  {
    let pixels = Tensor(
      shape: [channels, side, side],
      elements: (0..<channels * side * side).map { Double($0 % 256) / 255 })
    let planes = (0..<3).map { index in
      Plane(height: 2, width: 2, values: [0, 1, 2, 3].map { $0 + Double(index) })
    }
    return ClassMapPicture(
      name: name, image: DrawnImage(pixels), maps: ClassMaps(maps: planes, scores: planes.map(\.mean)),
      classNames: Self.names, label: 1)
  }

  private func sheet(_ pictures: [ClassMapPicture]) throws -> PictureSheet {
    let model = try #require(SampleNetwork.withMaps["mean"])
    let head = try ClassMapHead(model.resolved(for: SampleNetwork.image.batched(1)))
    return PictureSheet(pictures, head)
  }

  private func decoded(_ bytes: some Sequence<UInt8>) throws -> DecodedImage {
    try ImageFile.decode(Array(bytes), name: "it", channels: 3)
  }

  @Test("the SVG is well-formed and has titles, the classes in order of score, and each picture with a label")
  func labels() throws {
    let parsed = ParsedMarkup(try sheet([picture()]).svg().document)
    #expect(parsed.problem == nil)
    #expect(parsed.elements[0].attributes["aria-label"] == "Class confidence maps")
    #expect(parsed.texts(of: "title")[0] == "Class confidence maps")
    let texts = parsed.texts(of: "text")
    let (bag, trouser, other) = (
      texts.firstIndex(of: "bag"), texts.firstIndex(of: "trouser"), texts.firstIndex(of: "<a> & \"b\"")
    )
    #expect(try #require(bag) < #require(trouser) && #require(trouser) < #require(other))
    #expect(texts.contains("test image <0>") && texts.contains { $0.hasPrefix("3.50 · ") })
    let images = parsed.elements.filter { $0.name == "image" }
    // The image, three maps, and the scale.
    #expect(images.count == 5)
    #expect(images.allSatisfy { $0.attributes["aria-label"]?.isEmpty == false })
    #expect(images.allSatisfy { $0.attributes["href"]?.hasPrefix("data:image/png;base64,") == true })
    // The frame of the image's own class.
    #expect(parsed.elements.count { $0.name == "polyline" } == 1)
  }

  @Test("everything is drawn within the picture, even for many images")
  func inside() throws {
    let parsed = ParsedMarkup(try sheet([picture(), picture(name: "second"), picture()]).svg().document)
    let size = parsed.elements[0].attributes
    let width = try #require(size["width"].flatMap(Double.init))
    let height = try #require(size["height"].flatMap(Double.init))
    for element in parsed.elements where element.name == "image" {
      let numbers = try ["x", "y", "width", "height"].map { key in
        try #require(element.attributes[key].flatMap(Double.init))
      }
      #expect(numbers[0] >= 20 && numbers[1] >= 20)
      #expect(numbers[0] + numbers[2] <= width - 20 && numbers[1] + numbers[3] <= height - 20)
    }
    for element in parsed.elements where element.name == "text" {
      #expect(try #require(element.attributes["y"].flatMap(Double.init)) < height - 10)
    }
  }

  @Test("the pictures in the SVG are the image and the maps over it", arguments: [1, 3])
  func pixels(channels: Int) throws {
    let picture = picture(channels: channels)
    let parsed = ParsedMarkup(try sheet([picture]).svg().document)
    let images = try parsed.elements.filter { $0.name == "image" }.map { element in
      let source = try #require(element.attributes["href"]).dropFirst("data:image/png;base64,".count)
      return try decoded(try #require(Data(base64Encoded: String(source))))
    }
    #expect(images[0] == picture.image.raster().image)
    #expect(images[0].width == 224 && images[0].height == 224)
    for (image, map) in zip(images[1...], picture.maps.byScore) {
      #expect(image == picture.raster(map).image)
    }
    #expect(images[1] != images[2])
  }

  @Test("the colors over the image are the map's, mixed with the lightened gray below")
  func overlay() {
    let picture = picture()
    let map = picture.maps.maps[2]
    let raster = picture.raster(map)
    let values = map.map.interpolated(height: 224, width: 224)
    for (row, column) in [(0, 0), (100, 17), (223, 223)] {
      let pixel = picture.image.channels[0][row / 8, column / 8]
      let color = picture.scale.color(of: values[row, column])
      let below = RGB(gray: 1 - 0.4 * (1 - pixel))
      #expect(raster[row, column] == color.over(below, opacity: picture.scale.opacity))
    }
  }

  @Test("images of any size and shape are drawn: enlarged by integer factors, or reduced")
  func sizes() {
    func size(_ height: Int, _ width: Int) -> [Int] {
      let raster = DrawnImage(Tensor(shape: [1, height, width], repeating: 0.5)).raster()
      return [raster.height, raster.width]
    }
    #expect(size(28, 28) == [224, 224] && size(80, 80) == [160, 160] && size(224, 224) == [224, 224])
    #expect(size(300, 300) == [300, 300] && size(1000, 500) == [448, 224] && size(1, 1) == [224, 224])
    #expect(size(1, 5000) == [1, 448])
  }

  @Test("PNG is the pictures alone, in the same order, with white between")
  func png() throws {
    let folder = try TemporaryFolder()
    let picture = picture()
    let file = try PictureFile(path: folder.path("maps.PNG"))
    try file.write(sheet([picture]))
    let image = try ImageFile.decode(path: folder.path("maps.PNG"), channels: 3)
    // The image, a gap of 3 · 14, and the maps with gaps of 14.
    #expect(image.height == 224 && image.width == 4 * 224 + 5 * 14)
    func color(_ row: Int, _ column: Int) -> RGB {
      let area = image.width * image.height
      let values = (0..<3).map { image.pixels[$0 * area + row * image.width + column] }
      return RGB(values[0], values[1], values[2])
    }
    #expect(color(5, 5) == picture.image.raster()[5, 5])
    #expect(color(5, 230) == .white)
    let first = picture.raster(picture.maps.byScore[0])
    let second = picture.raster(picture.maps.byScore[1])
    #expect(color(60, 224 + 42 + 70) == first[60, 70])
    #expect(color(60, 224 + 42 + 224 + 14 + 70) == second[60, 70])
  }

  @Test("a sheet chooses its format by the name of its file")
  func written() throws {
    let folder = try TemporaryFolder()
    let sheet = try sheet([picture()])
    try sheet.write(to: folder.path("maps.svg"))
    try sheet.write(to: folder.path("maps.png"))
    #expect(String(decoding: try folder.read("maps.svg"), as: UTF8.self) == (try sheet.svg().document))
    #expect(try decoded(folder.read("maps.png")) == sheet.raster.image)
    #expect(throws: FileError.self) { try sheet.write(to: folder.path("maps.jpg")) }
    #expect(try folder.names() == ["maps.png", "maps.svg"])
  }

  @Test("classes without names are numbered, an invalid class is not framed, and at least one map is drawn")
  func withoutNames() throws {
    let named = picture()
    for names in [[], ["trouser"]] {
      let picture = ClassMapPicture(
        name: "it", image: named.image, maps: named.maps, classNames: names, label: 3)
      #expect(picture.classNames == ["class 0", "class 1", "class 2"] && picture.label == nil)
      #expect(picture.strip(limit: -1).panels[1].tiles.map(\.name) == ["class 2"])
    }
  }

  @Test("an image can be drawn in its own size")
  func decodedImage() {
    let image = DecodedImage(width: 3, height: 2, channels: 3, planes: (0..<18).map { UInt8($0 * 14) })
    let drawn = DrawnImage(image)
    #expect(drawn.channels.map(\.height) == [2, 2, 2] && drawn.channels.map(\.width) == [3, 3, 3])
    let raster = drawn.raster(side: 3)
    #expect(raster.image == image)
  }

  @Test("a large image is downsampled to the means of squares, even at its edges")
  func largeImage() {
    let (width, height) = (1345, 4)
    let pixels = (0..<width * height).map { UInt8($0 % 251) }
    let drawn = DrawnImage(DecodedImage(width: width, height: height, channels: 1, planes: pixels))
    let plane = drawn.channels[0]
    #expect(plane.height == 2 && plane.width == 449)
    func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
      let values = rows.flatMap { row in columns.map { Double(pixels[row * width + $0]) / 255 } }
      return values.reduce(0, +) / Double(values.count)
    }
    #expect(abs(plane[0, 0] - mean(0..<3, 0..<3)) < 1e-12)
    #expect(abs(plane[1, 448] - mean(3..<4, 1344..<1345)) < 1e-12)
  }

  @Test("SVG is written as it is; other names are rejected by a line that says what works")
  func files() throws {
    let folder = try TemporaryFolder()
    let sheet = try sheet([picture()])
    try PictureFile(path: folder.path("maps.svg")).write(sheet)
    #expect(String(decoding: try folder.read("maps.svg"), as: UTF8.self) == (try sheet.svg().document))
    for name in ["maps.jpg", "maps", "svg", "maps.svg.gz"] {
      let error = #expect(throws: FileError.self) { try PictureFile(path: name) }
      let line = error?.description ?? ""
      #expect(line.hasPrefix(name) && line.contains(".svg") && line.contains(".png"))
    }
    #expect(throws: FileError.self) { try PictureFile(path: folder.path("absent/maps.svg")).write(sheet) }
  }

  @Test("two backends are drawn next to each other, and their difference in its own colors")
  func comparison() throws {
    let maps = (0..<30).map { Plane(height: 3, width: 3, values: (0..<9).map(Double.init)).scaled($0) }
    let first = LayerFeatures(layer: "net.0", kind: "Conv2D", maps: maps)
    let other = LayerFeatures(
      layer: "net.0", kind: "Conv2D",
      maps: maps.map { Plane(height: 3, width: 3, values: $0.values.map { $0 + 0.001 }) })
    let image = picture().image
    let sheet = PictureSheet(
      FeatureComparison(first, other), of: image, name: "it", backends: ("dnnl", "reference"), limit: 24)
    let panels = sheet.strips[0].panels
    #expect(panels.map(\.tiles.count) == [1, 24, 24, 24])
    #expect(panels[3].title.hasPrefix("dnnl − reference, × "))
    let difference = try #require(panels[3].scale)
    #expect(difference.isSigned && abs(difference.limit - 0.001) < 1e-9)
    #expect(panels[3].tiles[0].raster[0, 0] == ColorMap.blueToRed.color(at: 0))
    #expect(ParsedMarkup(try sheet.svg().document).problem == nil)
    let same = PictureSheet(
      FeatureComparison(first, first), of: image, name: "it", backends: ("dnnl", "dnnl"))
    #expect(same.notes.contains { $0.contains("no difference") })
    #expect(same.strips[0].panels[3].tiles[0].raster[0, 0] == ColorMap.blueToRed.color(at: 0.5))
  }

  @Test("many classes, and numbers that are not finite, are drawn")
  func extremes() throws {
    let plane = Plane(height: 1, width: 1, values: [.nan])
    let maps = ClassMaps(
      maps: Array(repeating: plane, count: 100), scores: Array(repeating: .nan, count: 100))
    let picture = ClassMapPicture(
      name: "it", image: picture().image, maps: maps, classNames: (0..<100).map(String.init))
    let sheet = try sheet([picture])
    let parsed = ParsedMarkup(try sheet.svg().document)
    #expect(parsed.problem == nil && parsed.elements.count { $0.name == "image" } == 102)
    #expect(!(try sheet.svg().document.contains("=\"nan")))
    #expect(
      PictureSheet(
        [picture],
        try ClassMapHead(
          #require(SampleNetwork.withMaps["mean"]).resolved(for: SampleNetwork.image.batched(1))), limit: 3
      ).strips[0].panels[1].tiles.count == 3)
  }
}

extension Plane {
  fileprivate func scaled(_ factor: Int) -> Plane {
    Plane(height: height, width: width, values: values.map { $0 * Double(factor) })
  }
}
