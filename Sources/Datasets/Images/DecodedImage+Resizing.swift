import ImageFiles

extension DecodedImage {
  /// Height and width in pixels.
  public var size: PixelSize { PixelSize(height: height, width: width) }

  /// The image resized, C×H×W.
  ///
  /// - Parameters:
  ///   - size: The new size.
  ///   - method: The resizing method: as in training.
  /// - Returns: The pixels.
  /// - Throws: `DatasetError` if a side of either size is not from 1 to 16,384 pixels.
  public func resized(to size: PixelSize, by method: ResizeMethod = .pillow) throws -> ResizedImage {
    try method.resized(pixels, from: self.size, to: size, channels: channels)
  }
}
