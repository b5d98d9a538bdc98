/// The reason that an image file cannot be read or written.
///
/// A `path` is the file as the caller named it; a `reason` is the line that ``description`` returns.
public enum ImageFileError: Error, Equatable, CustomStringConvertible {
  /// The file does not exist.
  case missing(path: String, reason: String)
  /// The path names a folder, a device or a terminal.
  case notRegularFile(path: String, reason: String)
  /// The system does not allow the file to be read, or lacks the memory to decode it.
  case unreadable(path: String, reason: String)
  /// The file is neither PNG nor JPEG.
  case otherFormat(path: String, reason: String)
  /// The file is a JPEG of a kind that cannot be decoded: lossless, or with 12 bits per sample.
  case unsupported(path: String, reason: String)
  /// The file is truncated, corrupt or without pixels.
  case damaged(path: String, reason: String)
  /// The file has more bytes or pixels than the ``ImageLimits`` allow.
  case tooLarge(path: String, reason: String)
  /// An argument is out of range: images are decoded to 1 channel or 3; `name` is its name in Swift.
  case invalidArgument(name: String, reason: String)
  /// The image cannot be written as PNG.
  case notEncodable(reason: String)

  /// The file, the problem and a remedy if there is one, in one line.
  public var description: String {
    switch self {
    case .missing(_, let reason), .notRegularFile(_, let reason), .unreadable(_, let reason),
      .otherFormat(_, let reason), .unsupported(_, let reason), .damaged(_, let reason),
      .tooLarge(_, let reason), .invalidArgument(_, let reason), .notEncodable(let reason):
      reason
    }
  }
}
