/// The height and width of an image in pixels.
public struct PixelSize: Hashable, Sendable, CustomStringConvertible {
  /// Rows.
  public let height: Int

  /// Pixels of a row.
  public let width: Int

  /// Makes a size.
  ///
  /// - Parameters:
  ///   - height: Rows.
  ///   - width: Pixels of a row.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// Makes the size of a square image.
  public init(square side: Int) {
    self.init(height: side, width: side)
  }

  /// Requires that images can have this size.
  ///
  /// - Throws: ``DatasetError`` if a side is not of 1 to 16,384 pixels.
  func check() throws {
    let range = 1...BilinearResize.maximumSide
    guard range ~= height, range ~= width else {
      throw DatasetError.invalidArgument(
        name: "size",
        reason: "images of \(self) pixels cannot be made; sides of 1 to \(BilinearResize.maximumSide) can")
    }
  }

  /// Requires that images of this size can be resized.
  ///
  /// - Throws: ``DatasetError`` if a side is not of 1 to 16,384 pixels or there is no channel.
  func requireResizable(to target: PixelSize, channels: Int) throws {
    let range = 1...BilinearResize.maximumSide
    guard [height, width, target.height, target.width, channels].allSatisfy(range.contains) else {
      throw DatasetError.invalidArgument(
        name: "size",
        reason: "images of \(channels)×\(self) cannot be resized to \(target): "
          + "sides of 1 to \(BilinearResize.maximumSide) pixels are needed")
    }
  }

  /// H×W, as `28×28`.
  public var description: String { "\(height)×\(width)" }
}
