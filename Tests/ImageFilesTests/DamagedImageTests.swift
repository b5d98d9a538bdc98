import ImageFiles
import Testing

@Suite("Damaged image files")
struct DamagedImageTests {
  static let names = [
    "rgb.png", "grey16.png", "palette-transparent.png", "rgba.png", "colour.jpg", "progressive.jpg",
    "grey.jpg", "orientation-6.jpg", "orientation-6.png", "interlaced-rgba.png", "cmyk.jpg", "ycck.jpg",
  ]

  /// Numbers that are the same at every run.
  private struct Numbers {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  /// Reads a file as both kinds of image; what comes out has to be an image or one line.
  private func read(_ file: TemporaryFile) throws -> Bool {
    do {
      for channels in [1, 3] {
        let image = try ImageFile.decode(
          path: file.path, channels: channels,
          limits: ImageLimits(pixelCount: 1 << 20, scaledPixelCount: 1 << 20))
        #expect(image.pixels.count == image.width * image.height * channels)
      }
      return true
    } catch let error as ImageFileError {
      #expect(error.description.contains(file.path))
      #expect(!error.description.contains { $0.isNewline })
      return false
    }
  }

  @Test("that lack the second half are rejected", arguments: names)
  func truncation(name: String) throws {
    let file = TemporaryFile()
    let whole = try Fixtures.bytes(name)
    for length in 0..<whole.count / 2 {
      try file.write(Array(whole.prefix(length)))
      #expect(try !read(file), "\(length) bytes")
    }
  }

  @Test("with any bytes changed are either read or rejected", arguments: names)
  func damage(name: String) throws {
    let file = TemporaryFile()
    let whole = try Fixtures.bytes(name)
    var numbers = Numbers(state: UInt64(name.count))
    var refusals = 0
    for _ in 0..<400 {
      var bytes = whole
      for _ in 0...numbers.next(below: 4) {
        bytes[numbers.next(below: bytes.count)] = UInt8(numbers.next(below: 256))
      }
      try file.write(bytes)
      refusals += try read(file) ? 0 : 1
    }
    #expect(refusals > 0)
  }

  @Test(
    "with any bytes changed are either read or rejected while they are scaled", arguments: names)
  func damageWhileScaling(name: String) throws {
    let whole = try Fixtures.bytes(name)
    var numbers = Numbers(state: UInt64(name.count) + 1)
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0...numbers.next(below: 4) {
        bytes[numbers.next(below: bytes.count)] = UInt8(numbers.next(below: 256))
      }
      do {
        let limits = ImageLimits(pixelCount: 100, scaledPixelCount: 1 << 16)
        let image = try ImageFile.decode(bytes, name: name, channels: 3, limits: limits)
        #expect(image.width * image.height <= 100)
      } catch let error as ImageFileError {
        #expect(error.description.contains(name))
      }
    }
  }

  @Test("that declare enormous sizes are rejected before memory is allocated")
  func announcements() throws {
    let file = TemporaryFile()
    var jpeg = try Fixtures.bytes("grey.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0...].starts(with: [0xFF, 0xC0]) })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    try file.write(jpeg)
    let error = try #require(throws: ImageFileError.self) {
      try ImageFile.decode(path: file.path, channels: 1)
    }
    #expect(error.description.contains("65500×65500"))
  }
}
