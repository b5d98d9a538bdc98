import Foundation
import ImageFiles
import Testing

@Suite("Image files")
struct ImageFileTests {
  @Test("have Pillow's pixels in gray and in color: PNG and JPEG of all kinds, over white, upright")
  func pixels() throws {
    let expected = try Fixtures.expected()
    #expect(expected.count == 30)
    for (name, pixels) in expected {
      let path = try Fixtures.path(name)
      let gray = try ImageFile.decode(path: path, channels: 1)
      #expect((gray.width, gray.height, gray.channels) == (pixels.width, pixels.height, 1))
      #expect(gray.pixels == pixels.grey, "\(name)")
      let color = try ImageFile.decode(path: path, channels: 3)
      #expect((color.width, color.height, color.channels) == (pixels.width, pixels.height, 3))
      #expect(color.pixels == pixels.color, "\(name)")
    }
  }

  @Test("are recognized by their contents, whatever their names")
  func names() throws {
    let file = TemporaryFile()
    for name in ["rgb.png", "colour.jpg"] {
      try file.write(Fixtures.bytes(name))
      #expect(try ImageFile.decode(path: file.path, channels: 1).channels == 1)
    }
  }

  @Test("can be inverted")
  func inversion() {
    let image = DecodedImage(width: 3, height: 1, channels: 1, planes: [0, 100, 255])
    #expect(image.inverted().pixels == [255, 155, 0])
  }

  @Test("have as many bytes as pixels, otherwise there is an error")
  func sizes() throws {
    #expect(try DecodedImage(width: 2, height: 1, channels: 3, pixels: [0, 1, 2, 3, 4, 5]).pixels.count == 6)
    for (width, height, reason) in [
      (4, 4, "the number of bytes is 2; an image of 3×4×4 needs 48"),
      (1, -1, "the number of bytes is 2; an image cannot be 3×-1×1"),
      (.max, 2, "the number of bytes is 2; an image cannot be 3×2×\(Int.max)"),
    ] {
      let error = #expect(throws: ImageFileError.self) {
        try DecodedImage(width: width, height: height, channels: 3, pixels: [1, 2])
      }
      #expect(error == .invalidArgument(name: "pixels", reason: reason))
    }
  }

  @Test("that are not images are rejected in one line that names them")
  func refusal() throws {
    let file = TemporaryFile()
    try file.write(Array("GIF89a".utf8))
    let folder = FileManager.default.temporaryDirectory.path
    for path in [file.path, file.path + "-absent", folder, "/dev/zero"] {
      let error = try #require(throws: ImageFileError.self) { try ImageFile.decode(path: path, channels: 1) }
      #expect(error.description.contains(path))
      #expect(!error.description.contains { $0.isNewline })
    }
    try file.write([])
    let empty = ImageFileError.otherFormat(
      path: file.path, reason: "\(file.path) is empty, neither PNG nor JPEG")
    #expect(throws: empty) { try ImageFile.decode(path: file.path, channels: 1) }
    #expect(throws: ImageFileError.self) { try ImageFile.decode(path: Fixtures.path("rgb.png"), channels: 2) }
  }

  @Test(
    "of other formats are named, with a remedy",
    arguments: [
      ("GIF89a", "a GIF image"), ("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8 ", "a WebP image"), ("BM6", "a BMP image"),
      ("II*\0", "a TIFF image"), ("MM\0*", "a TIFF image"),
      ("\0\0\0\u{18}ftypheic\0\0\0\0mif1", "a HEIC image"),
      ("\0\0\0\u{1C}ftypavif", "an AVIF image"), ("\0\0\0\u{1C}ftypisom", "a video"),
      ("%PDF-1.7", "a PDF file"),
      ("version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"), ("<!DOCTYPE html>", "a web page"),
      ("PK\u{3}\u{4}", "unpack"), ("", "is empty"), ("RIFF", "is neither"), ("\0\0\0\0fty", "is neither"),
    ])
  func otherFormats(contents: String, part: String) throws {
    let error = try #require(throws: ImageFileError.self) {
      try ImageFile.decode(Array(contents.utf8), name: "it", channels: 1)
    }
    guard case .otherFormat("it", _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.description.hasPrefix("it is ") && error.description.contains(part))
    #expect(error.description.contains("neither PNG nor JPEG"))
  }

  @Test("that cannot be used are distinguished by cases")
  func causes() throws {
    let file = TemporaryFile()
    func cause(_ path: String, limits: ImageLimits = ImageLimits()) -> String {
      do {
        _ = try ImageFile.decode(path: path, channels: 1, limits: limits)
        return "none"
      } catch let error as ImageFileError {
        switch error {
        case .missing(path, _): return "missing"
        case .notRegularFile(path, _): return "not a regular file"
        case .otherFormat(path, _): return "not an image"
        case .damaged(path, _): return "damaged"
        case .tooLarge(path, _): return "too large"
        default: return "\(error)"
        }
      } catch {
        return "\(error)"
      }
    }
    #expect(cause(file.path) == "missing")
    #expect(cause(FileManager.default.temporaryDirectory.path) == "not a regular file")
    try file.write(Array("GIF89a".utf8))
    #expect(cause(file.path) == "not an image")
    let image = try Array(Data(contentsOf: URL(fileURLWithPath: Fixtures.path("rgb.png"))))
    try file.write(Array(image.prefix(image.count / 2)))
    #expect(cause(file.path) == "damaged")
    #expect(try cause(Fixtures.path("rgb.png"), limits: ImageLimits(byteCount: 8)) == "too large")
    #expect(try cause(Fixtures.path("rgb.png")) == "none")
  }

  @Test("are read from pipes, to their end")
  func pipes() throws {
    let file = TemporaryFile()
    try #require(mkfifo(file.path, 0o600) == 0)
    let bytes = try Fixtures.bytes("rgb.png")
    let path = file.path
    let writer = Thread {
      guard let stream = fopen(path, "wb") else { return }
      fwrite(bytes, 1, 300, stream)
      fflush(stream)
      fwrite(Array(bytes[300...]), 1, bytes.count - 300, stream)
      fclose(stream)
    }
    writer.start()
    let image = try ImageFile.decode(path: path, channels: 3)
    #expect(try image == ImageFile.decode(path: Fixtures.path("rgb.png"), channels: 3))
  }

  @Test("are read with any subsampling of their components")
  func subsampling() throws {
    for sampling in [
      [(2, 2), (1, 1), (1, 1)], [(4, 2), (1, 1), (1, 1)], [(1, 4), (1, 1), (1, 1)], [(2, 2), (2, 1), (1, 2)],
      [(3, 1), (1, 1), (1, 1)],
    ] {
      let file = EvenJPEG.file(width: 50, height: 30, sampling: sampling)
      let image = try ImageFile.decode(file, name: "even", channels: 3)
      #expect((image.width, image.height) == (50, 30))
      #expect(image.pixels.allSatisfy { $0 == 128 })
    }
    let cmyk = EvenJPEG.file(width: 50, height: 30, sampling: [(2, 2), (1, 1), (1, 1), (1, 1)])
    #expect(try ImageFile.decode(cmyk, name: "cmyk", channels: 3).pixels.allSatisfy { $0 == 64 })
  }

  @Test(
    "show whether they store colors",
    arguments: [
      ("rgb.png", true), ("palette.png", true), ("grey16.png", false), ("grey-alpha.png", false),
      ("colour.jpg", true), ("cmyk.jpg", true), ("ycck.jpg", true), ("grey.jpg", false),
      ("expected.json", false),
    ])
  func colors(name: String, storesColor: Bool) throws {
    #expect(try ImageFile.storesColor(Fixtures.bytes(name)) == storesColor)
  }
}
