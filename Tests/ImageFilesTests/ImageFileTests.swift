import Foundation
import ImageFiles
import Testing

@Suite("Image files")
struct ImageFileTests {
  @Test("have Pillow's pixels as grey and as colour: PNG of all kinds, over white, and JPEG, upright")
  func pixels() throws {
    let expected = try Fixtures.expected()
    #expect(expected.count == 22)
    for (name, pixels) in expected {
      let path = try Fixtures.path(name)
      let grey = try ImageFile.decode(path: path, channels: 1)
      #expect((grey.width, grey.height, grey.channels) == (pixels.width, pixels.height, 1))
      #expect(grey.pixels == pixels.grey, "\(name)")
      let color = try ImageFile.decode(path: path, channels: 3)
      #expect((color.width, color.height, color.channels) == (pixels.width, pixels.height, 3))
      #expect(color.pixels == pixels.color, "\(name)")
    }
  }

  @Test("are told apart by their contents, not by their names")
  func names() throws {
    let file = TemporaryFile()
    for name in ["rgb.png", "colour.jpg"] {
      try file.write(Fixtures.bytes(name))
      #expect(try ImageFile.decode(path: file.path, channels: 1).channels == 1)
    }
  }

  @Test("can be inverted")
  func inversion() {
    let image = DecodedImage(width: 3, height: 1, channels: 1, pixels: [0, 100, 255])
    #expect(image.inverted().pixels == [255, 155, 0])
  }

  @Test("that are none are refused in one line that names them")
  func refusal() throws {
    let file = TemporaryFile()
    try file.write(Array("GIF89a".utf8))
    let folder = FileManager.default.temporaryDirectory.path
    for path in [file.path, file.path + "-absent", folder, "/dev/zero", try Fixtures.path("cmyk.jpg")] {
      let error = try #require(throws: ImageFileError.self) { try ImageFile.decode(path: path, channels: 1) }
      #expect(error.description.contains(path))
      #expect(!error.description.contains { $0.isNewline })
    }
    try file.write([])
    #expect(throws: ImageFileError("\(file.path) is neither PNG nor JPEG")) {
      try ImageFile.decode(path: file.path, channels: 1)
    }
    #expect(throws: ImageFileError.self) { try ImageFile.decode(path: Fixtures.path("rgb.png"), channels: 2) }
  }

  @Test("beyond the limits are refused", arguments: ["rgb.png", "colour.jpg"])
  func limits(name: String) throws {
    let path = try Fixtures.path(name)
    for limits in [ImageLimits(byteCount: 100), ImageLimits(side: 16), ImageLimits(pixelCount: 186)] {
      let error = try #require(throws: ImageFileError.self) {
        try ImageFile.decode(path: path, channels: 1, limits: limits)
      }
      #expect(error.description.contains("too large"))
    }
  }
}
