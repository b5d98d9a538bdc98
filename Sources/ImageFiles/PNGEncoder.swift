import CPNG

/// Encodes images as PNG files with libpng's simplified interface.
public enum PNGEncoder {
  /// Encodes an image.
  ///
  /// - Parameter image: The image, of one channel (gray) or three (RGB).
  /// - Returns: The file's contents.
  /// - Throws: ``ImageFileError`` if it has no pixels or a different number of channels.
  public static func encode(_ image: DecodedImage) throws -> [UInt8] {
    guard [1, 3].contains(image.channels), image.width > 0, image.height > 0 else {
      throw ImageFileError.notEncodable(
        reason:
          "an image of \(image.channels)×\(image.height)×\(image.width) cannot be written as PNG; the number of channels must be 1 or 3"
      )
    }
    var description = png_image()
    description.version = UInt32(PNG_IMAGE_VERSION)
    description.width = UInt32(image.width)
    description.height = UInt32(image.height)
    description.format = image.channels == 1 ? 0 : UInt32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&description) }
    let samples = interleaved(image)
    let stride = Int32(image.width * image.channels)
    // More than the samples and filter bytes take without any compression.
    var size = samples.count + samples.count / 4 + image.height + 4096
    var file = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&description, &file, &size, 0, samples, stride, nil) != 0 else {
      let message = withUnsafeBytes(of: description.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw ImageFileError.notEncodable(reason: "an image cannot be written as PNG: \(message)")
    }
    return Array(file.prefix(size))
  }

  /// The samples of each pixel next to each other.
  private static func interleaved(_ image: DecodedImage) -> [UInt8] {
    guard image.channels > 1 else { return image.pixels }
    let plane = image.width * image.height
    return [UInt8](unsafeUninitializedCapacity: image.pixels.count) { samples, count in
      for channel in 0..<image.channels {
        for pixel in 0..<plane {
          samples[pixel * image.channels + channel] = image.pixels[channel * plane + pixel]
        }
      }
      count = image.pixels.count
    }
  }
}
