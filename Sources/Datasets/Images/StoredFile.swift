import ImageFiles
import Tensors

/// An image file that has been decoded once and can be decoded again.
struct StoredFile: Sendable {
  /// Its path.
  let path: SystemPath

  /// Its name in the folder of the data set's part: class/file.
  let name: String

  /// The size of the image, upright.
  let size: PixelSize

  /// The MD5 digest of its contents.
  let digest: String

  /// Reads and decodes a file for the first time.
  ///
  /// - Throws: ``DatasetError`` if it cannot be read or decoded.
  init(_ path: SystemPath, name: String, channels: Int) throws(DatasetError) {
    let (image, bytes) = try Self.decode(path, channels: channels)
    self.path = path
    self.name = name
    size = PixelSize(height: image.height, width: image.width)
    var digest = MD5()
    bytes.withUnsafeBytes { digest.update($0) }
    self.digest = digest.hexadecimalDigest()
  }

  /// Decodes it again.
  ///
  /// - Returns: The pixels, C×H×W.
  /// - Throws: ``DatasetError`` if it can no longer be read, or its image has a different size now.
  func pixels(channels: Int) throws(DatasetError) -> [UInt8] {
    let image = try Self.decode(path, channels: channels).image
    let now = PixelSize(height: image.height, width: image.width)
    guard now == size else {
      throw DatasetError.damaged(
        path: path.description,
        reason: "\(path) changed while it was in use: it had \(size) pixels and now has \(now)")
    }
    return image.pixels
  }

  private static func decode(
    _ path: SystemPath, channels: Int
  ) throws(DatasetError) -> (image: DecodedImage, bytes: [UInt8]) {
    do {
      let name = path.description
      let limits = ImageLimits()
      let bytes = try FileBytes.read(
        path: path.bytes, name: name, maximumByteCount: limits.byteCount)
      return (try ImageFile.decode(bytes, name: name, channels: channels, limits: limits), bytes)
    } catch let error as ImageFileError {
      throw DatasetError.imageFile(error)
    } catch {
      throw DatasetError.damaged(path: path.description, reason: "\(error)")
    }
  }
}
