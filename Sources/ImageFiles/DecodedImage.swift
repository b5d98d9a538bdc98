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
  /// - Precondition: `pixels` has width × height × channels bytes.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * channels, "\(pixels.count) bytes do not match the size")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// The negative, which turns a dark object on a light background into a light one on black, as in Fashion-MNIST.
  public func inverted() -> DecodedImage {
    DecodedImage(width: width, height: height, channels: channels, pixels: pixels.map { 255 - $0 })
  }
}
