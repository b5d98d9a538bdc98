/// The height and width of an image in pixels.
public struct PixelSize: Hashable, Sendable, CustomStringConvertible {
  /// Height in pixels.
  public let height: Int

  /// Width in pixels.
  public let width: Int

  /// Creates a size.
  ///
  /// - Parameters:
  ///   - height: Height in pixels.
  ///   - width: Width in pixels.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Creates the size of a square image.
  public init(square side: Int) {
    self.init(height: side, width: side)
  }

  /// Checks that images can have this size.
  ///
  /// - Throws: ``DatasetError`` if a side is not from 1 to 16,384 pixels.
  func check() throws {
    let range = 1...BilinearResize.maximumSide
    guard range ~= height, range ~= width else {
      throw DatasetError.invalidArgument(
        name: "size",
        reason: "the image size is \(self) pixels; sides must be from 1 to \(BilinearResize.maximumSide)")
    }
  }

  /// Checks that images of this size can be resized.
  ///
  /// - Throws: ``DatasetError`` if a side is not from 1 to 16,384 pixels or there are no channels.
  func requireResizable(to target: PixelSize, channels: Int) throws {
    let range = 1...BilinearResize.maximumSide
    guard [height, width, target.height, target.width, channels].allSatisfy(range.contains) else {
      throw DatasetError.invalidArgument(
        name: "size",
        reason: "images of \(channels)×\(self) cannot be resized to \(target): "
          + "sides must be from 1 to \(BilinearResize.maximumSide) pixels")
    }
  }

  /// H×W, such as `28×28`.
  public var description: String { "\(height)×\(width)" }
}
