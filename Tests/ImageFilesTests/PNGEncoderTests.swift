import ImageFiles
import Testing

@Suite("Encoding PNG")
struct PNGEncoderTests {
  @Test("images survive a round trip", arguments: [1, 3], [(1, 1), (28, 28), (5, 96), (300, 2)])
  func roundTrip(channels: Int, size: (width: Int, height: Int)) throws {
    var noise = UInt32(1)
    let pixels = (0..<channels * size.width * size.height).map { _ -> UInt8 in
      noise = noise &* 1_664_525 &+ 1_013_904_223
      return UInt8(noise >> 24)
    }
    let image = DecodedImage(width: size.width, height: size.height, channels: channels, planes: pixels)
    let file = try PNGEncoder.encode(image)
    #expect(try ImageFile.decode(file, name: "memory", channels: channels) == image)
    #expect(ImageFile.storesColor(file) == (channels == 3))
  }

  @Test("images without pixels or of other channels are errors", arguments: [(0, 1), (4, 2), (4, 4)])
  func refused(width: Int, channels: Int) {
    let image = DecodedImage(
      width: width, height: 2, channels: channels, planes: Array(repeating: 0, count: width * 2 * channels))
    #expect(throws: ImageFileError.self) { try PNGEncoder.encode(image) }
  }
}
