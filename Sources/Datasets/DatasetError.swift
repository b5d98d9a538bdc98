import ImageFiles

/// The reason that a data set cannot be found, read or downloaded, or that its images cannot be made into batches.
///
/// A `reason` is the line that ``description`` returns.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// The file does not exist, or none of the searched folders has all files of the data set.
  case missing(paths: [String], reason: String)
  /// The system does not allow the file or folder to be read or written, or it is not of the required kind.
  case inaccessible(path: String, reason: String)
  /// The file is truncated, corrupt or too large, has labels or images that its data set cannot have, or has changed.
  case damaged(path: String, reason: String)
  /// An image file of the data set cannot be read.
  case unreadableImage(ImageFileError)
  /// The folder or file is not a supported data set, or not the expected one.
  case unsuitable(path: String, reason: String)
  /// The folder has several data sets; one has to be chosen.
  case ambiguous(path: String, choices: [String], reason: String)
  /// A file cannot be downloaded; the address is nil if curl or a folder to download to is missing.
  case downloadFailed(url: String?, reason: String)
  /// An argument or option is out of range, or does not fit the others; `name` is its name in Swift.
  case invalidArgument(name: String, reason: String)
  /// The system does not allow the process a thread for loading images.
  case noThread(reason: String)

  /// What is wrong, where, and what would help, in one line.
  public var description: String {
    switch self {
    case .unreadableImage(let error): error.description
    case .missing(_, let reason), .inaccessible(_, let reason), .damaged(_, let reason),
      .unsuitable(_, let reason), .ambiguous(_, _, let reason), .downloadFailed(_, let reason),
      .invalidArgument(_, let reason), .noThread(let reason):
      reason
    }
  }
}
