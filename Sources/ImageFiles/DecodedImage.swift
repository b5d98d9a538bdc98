/// The pixels of an image file.
public struct DecodedImage: Equatable, Sendable {
  /// Width in pixels.
  public let width: Int

  /// Height in pixels.
  public let height: Int

  /// 1 for gray, 3 for red, green and blue.
  public let channels: Int

  /// The pixels as planes, C×H×W, each of 0 (dark) to 255.
  public let pixels: [UInt8]

  /// Creates an image of pixels.
  ///
  /// - Parameters:
  ///   - width: Width in pixels.
  ///   - height: Height in pixels.
  ///   - channels: The number of planes.
  ///   - pixels: C×H×W bytes.
  /// - Throws: ``ImageFileError`` unless `pixels` has width × height × channels bytes.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) throws {
    let needed = Self.byteCount(width, height, channels)
    guard needed == pixels.count else {
      let shape = "\(channels)×\(height)×\(width)"
      let reason = needed.map { "an image of \(shape) needs \($0)" } ?? "an image cannot be \(shape)"
      throw ImageFileError.invalidArgument(
        name: "pixels", reason: "the number of bytes is \(pixels.count); \(reason)")
    }
    self.init(width: width, height: height, channels: channels, planes: pixels)
  }

  /// Creates an image whose pixel count is already checked.
  ///
  /// - Parameters:
  ///   - width: Width in pixels.
  ///   - height: Height in pixels.
  ///   - channels: The number of planes.
  ///   - planes: C×H×W bytes.
  /// - Precondition: `planes` has width × height × channels bytes.
  package init(width: Int, height: Int, channels: Int, planes: [UInt8]) {
    precondition(planes.count == width * height * channels, "\(planes.count) bytes do not match the size")
    self.width = width
    self.height = height
    self.channels = channels
    pixels = planes
  }

  /// The bytes of an image; nil for extents that are negative or cannot be counted.
  private static func byteCount(_ extents: Int...) -> Int? {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }

  /// The negative, which turns a dark object on a light background into a light one on black, as in Fashion-MNIST.
  public func inverted() -> DecodedImage {
    DecodedImage(width: width, height: height, channels: channels, planes: pixels.map { 255 - $0 })
  }
}
