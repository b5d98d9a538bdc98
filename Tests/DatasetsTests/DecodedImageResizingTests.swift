import Datasets
import ImageFiles
import Testing

@Suite("Resizing a decoded image")
struct DecodedImageResizingTests {
  private static let image = DecodedImage(
    width: 3, height: 2, channels: 3, planes: (0..<18).map { UInt8($0 * 14) })

  @Test("gives what a data set with the image gives", arguments: ResizeMethod.allCases)
  func sameAsDataSet(method: ResizeMethod) throws {
    let images = try LabeledImages(
      pixels: Self.image.pixels, shape: [1, 3, 2, 3], labels: [0], classNames: ["it"])
    let size = PixelSize(height: 5, width: 4)
    let resized = try Self.image.resized(to: size, by: method)
    #expect(try resized == images.image(at: 0, resizedTo: size, by: method))
    switch resized {
    case .bytes(let bytes): #expect(method.givesBytes && bytes.count == 60)
    case .intensities(let numbers): #expect(!method.givesBytes && numbers.count == 60)
    }
  }

  @Test("to its own size changes nothing; to an impossible one is an error")
  func edges() throws {
    #expect(Self.image.size == PixelSize(height: 2, width: 3))
    #expect(try Self.image.resized(to: Self.image.size) == .bytes(Self.image.pixels))
    for size in [PixelSize(square: 0), PixelSize(height: 1, width: 16_385)] {
      #expect(throws: DatasetError.self) { try Self.image.resized(to: size) }
    }
  }
}
