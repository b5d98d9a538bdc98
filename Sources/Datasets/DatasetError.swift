import ImageFiles
import Tensors

/// The reason that a data set cannot be found, read or downloaded, or that its images cannot be made into batches.
///
/// A `reason` is the line that ``description`` returns.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
  /// The file or folder does not exist.
  case missing(path: String, reason: String)
  /// Fashion-MNIST is in none of the searched folders; ``DatasetDownload`` downloads it.
  case notInstalled(searched: [String], reason: String)
  /// The folder lacks these files of its data set.
  case incomplete(path: String, missing: [String])
  /// The system does not allow the file or folder to be read.
  case unreadable(path: String, reason: String)
  /// The system does not allow the file or folder to be written.
  case unwritable(path: String, reason: String)
  /// The path names a folder or a device where a file is needed.
  case notRegularFile(path: String, reason: String)
  /// The path names a file or a device where a folder is needed.
  case notFolder(path: String, reason: String)
  /// The file is larger than any of its kind.
  case tooLarge(path: String, reason: String)
  /// The file is truncated or corrupt, has labels or images that its data set cannot have, or has changed.
  case damaged(path: String, reason: String)
  /// An image file of the data set cannot be used.
  case imageFile(ImageFileError)
  /// The files are not those of Fashion-MNIST but of another data set with the same file names; ``MNIST`` reads them.
  case otherDataset(path: String, name: String)
  /// The folder or file is not a supported data set.
  case unsupported(path: String, reason: String)
  /// The folder has several data sets; one has to be chosen.
  case ambiguous(path: String, choices: [String], reason: String)
  /// A file cannot be downloaded; the address is nil if curl or a folder to download to is missing.
  case downloadFailed(url: String?, reason: String)
  /// An argument or option is out of range, or does not fit the others; `name` is its name in Swift.
  case invalidArgument(name: String, reason: String)
  /// Fewer threads for loading images than requested could be started.
  case tooFewThreads(started: Int, requested: Int)

  /// The problem, its location, and a remedy if there is one, in one line.
  public var description: String {
    switch self {
    case .imageFile(let error): error.description
    case .incomplete(let path, let missing): "\(path) lacks \(missing.joined(separator: " and "))"
    case .otherDataset(let path, let name):
      "\(path) belongs to \(name), not Fashion-MNIST, which uses the same file name"
    case .tooFewThreads(let started, let requested):
      "only \(grouped(started)) of the \(grouped(requested)) requested threads for loading images could be started; "
        + "check ulimit -u and ulimit -v"
    case .missing(_, let reason), .notInstalled(_, let reason), .unreadable(_, let reason),
      .unwritable(_, let reason), .notRegularFile(_, let reason), .notFolder(_, let reason),
      .tooLarge(_, let reason), .damaged(_, let reason), .unsupported(_, let reason),
      .ambiguous(_, _, let reason), .downloadFailed(_, let reason), .invalidArgument(_, let reason):
      reason
    }
  }
}
