import ImageFiles
import Testing

/// With small limits, as if the fixtures were large.
@Suite("Images that are too large to decode in full")
struct LargeImageTests {
  private func decode(
    _ name: String, channels: Int = 1, side: Int = 16384, pixelCount: Int
  ) throws -> DecodedImage {
    try ImageFile.decode(
      path: Fixtures.path(name), channels: channels, limits: ImageLimits(side: side, pixelCount: pixelCount))
  }

  /// The means of squares, of fewer pixels at the right and at the bottom.
  private func boxMeans(of image: DecodedImage, scale: Int) -> [Double] {
    let (rows, columns) = ((image.height + scale - 1) / scale, (image.width + scale - 1) / scale)
    return (0..<image.channels * rows * columns).map { index in
      let (channel, row, column) = (index / columns / rows, index / columns % rows, index % columns)
      var samples: [Double] = []
      for y in row * scale..<min(row * scale + scale, image.height) {
        for x in column * scale..<min(column * scale + scale, image.width) {
          samples.append(Double(image.pixels[(channel * image.height + y) * image.width + x]))
        }
      }
      return samples.reduce(0, +) / Double(samples.count)
    }
  }

  @Test(
    "PNGs become the means of squares, of the smallest size that suffices",
    arguments: ["rgb.png", "rgba.png", "grey16.png", "palette-transparent.png"], [1, 3])
  func png(name: String, channels: Int) throws {
    let whole = try ImageFile.decode(path: Fixtures.path(name), channels: channels)
    #expect((whole.width, whole.height) == (17, 11))
    for (limit, scale, size) in [(186, 2, (9, 6)), (54, 2, (9, 6)), (53, 4, (5, 3)), (6, 8, (3, 2))] {
      let image = try decode(name, channels: channels, pixelCount: limit)
      #expect((image.width, image.height) == size)
      for (pixel, mean) in zip(image.pixels, boxMeans(of: whole, scale: scale)) {
        #expect(abs(Double(pixel) - mean) <= 0.5)
      }
    }
  }

  @Test("JPEGs are scaled by the decoder")
  func jpeg() throws {
    let whole = try ImageFile.decode(path: Fixtures.path("grey.jpg"), channels: 1)
    #expect((whole.width, whole.height) == (34, 22))
    let half = try decode("grey.jpg", pixelCount: 187)
    #expect((half.width, half.height) == (17, 11))
    for (pixel, mean) in zip(half.pixels, boxMeans(of: whole, scale: 2)) {
      #expect(abs(Double(pixel) - mean) < 2)
    }
    for name in ["colour.jpg", "cmyk.jpg"] {
      let image = try decode(name, channels: 3, pixelCount: 54)
      #expect((image.width, image.height, image.channels) == (9, 6, 3))
    }
  }

  @Test("long sides are scaled as well", arguments: ["rgb.png", "grey.jpg"])
  func sides(name: String) throws {
    let whole = try ImageFile.decode(path: Fixtures.path(name), channels: 1)
    let image = try decode(name, side: whole.width - 1, pixelCount: 1000)
    #expect((image.width, image.height) == ((whole.width + 1) / 2, (whole.height + 1) / 2))
  }

  @Test("with 108 million pixels, they are decoded at half the size")
  func megapixels() throws {
    let png = try ImageFile.decode(path: Fixtures.path("large.png"), channels: 1)
    #expect((png.width, png.height) == (6000, 4500))
    #expect(
      (0..<4500).allSatisfy { png.pixels[$0 * 6000 + 2999] == 255 && png.pixels[$0 * 6000 + 3000] == 0 })
    let jpeg = try ImageFile.decode(EvenJPEG.file(width: 12000, height: 9000), name: "gray", channels: 1)
    #expect((jpeg.width, jpeg.height) == (6000, 4500))
    #expect(jpeg.pixels.allSatisfy { $0 == 128 })
  }

  @Test("they are turned upright", arguments: [3, 6])
  func orientation(number: Int) throws {
    let (upright, turned) = (
      try decode("orientation-1.jpg", pixelCount: 187),
      try decode("orientation-\(number).jpg", pixelCount: 187)
    )
    let exchanges = number == 6
    #expect(turned.width == (exchanges ? upright.height : upright.width))
    let last = upright.height * upright.width - 1
    let (row, column) = (2, 5)
    let stored = upright.pixels[row * upright.width + column]
    let place =
      exchanges ? column * turned.width + turned.width - 1 - row : last - row * upright.width - column
    #expect(turned.pixels[place] == stored)
  }

  @Test(
    "those that cannot be decoded in parts are rejected with a remedy",
    arguments: [("progressive.jpg", "baseline"), ("interlaced-rgba.png", "without interlacing")])
  func refusal(name: String, remedy: String) throws {
    let error = try #require(throws: ImageFileError.self) { try decode(name, pixelCount: 186) }
    #expect(error.description.contains(name) && error.description.contains(remedy))
    #expect(!error.description.contains { $0.isNewline })
    #expect(try decode(name, pixelCount: 748).channels == 1)
  }

  @Test("a JPEG whose components come one after another counts as progressive")
  func componentsInTurn() throws {
    // The scan announces one of the frame's three components.
    var file = try Fixtures.bytes("colour.jpg")
    let scan = try #require(file.indices.last { file[$0...].starts(with: [0xFF, 0xDA]) })
    #expect(file[scan + 4] == 3)
    file.replaceSubrange(scan..<scan + 14, with: [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0])
    let error = try #require(throws: ImageFileError.self) {
      try ImageFile.decode(file, name: "scans", channels: 1, limits: ImageLimits(pixelCount: 187))
    }
    #expect(error.description.contains("scans is a progressive or multi-scan JPEG of 34×22 pixels"))
  }

  @Test("those beyond all limits are rejected", arguments: ["rgb.png", "colour.jpg"])
  func limits(name: String) throws {
    let path = try Fixtures.path(name)
    for limits in [
      ImageLimits(byteCount: 100), ImageLimits(side: 2), ImageLimits(pixelCount: 1),
      ImageLimits(pixelCount: 100, scaledPixelCount: 186),
    ] {
      let error = try #require(throws: ImageFileError.self) {
        try ImageFile.decode(path: path, channels: 1, limits: limits)
      }
      #expect(error.description.contains("too large"))
    }
  }
}
