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

  /// H×W, as `28×28`.
  public var description: String { "\(height)×\(width)" }
}
