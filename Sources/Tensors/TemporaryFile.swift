#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A new, empty file in the directory of the one that it will replace, open for writing.
///
/// Its name says which file and which process it belongs to, for whoever finds one after a crash.
struct TemporaryFile {
  let path: String
  let descriptor: Int32

  /// Creates the file under a name that no other file has.
  ///
  /// - Parameters:
  ///   - target: The file to be replaced.
  ///   - reported: How errors name that file.
  /// - Throws: ``FileError`` with the system's reason.
  init(beside target: String, reportedAs reported: String) throws {
    let name = target[Self.nameStart(of: target)...]
    guard !name.isEmpty else {
      throw FileError(path: reported, problem: "cannot be written: the path names no file")
    }
    // The name is cut so that with the process's number it stays within what file systems allow.
    let stem = "\(Self.directory(of: target))/.\(name.prefix(40)).\(getpid())"
    for attempt in 0..<1000 {
      let path = "\(stem)-\(attempt).tmp"
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        self.path = path
        self.descriptor = descriptor
        return
      }
      guard errno == EEXIST || errno == EINTR else { break }
    }
    throw FileError(path: reported, failure: "cannot be written", code: errno)
  }

  /// The directory that holds a file: "." for a name alone.
  static func directory(of path: String) -> String {
    let start = nameStart(of: path)
    return start == path.startIndex ? "." : String(path[..<start])
  }

  private static func nameStart(of path: String) -> String.Index {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
  }
}
