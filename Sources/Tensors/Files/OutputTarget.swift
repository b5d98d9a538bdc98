#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file that a path to be written leads to, with links followed.
struct OutputTarget {
  /// The path as the caller named it, for errors.
  let reported: String

  /// The file at the end of the links.
  let path: String

  /// The permissions of the existing file; nil if there is none.
  let permissions: mode_t?

  /// Whether it is or will be a regular file, not a device or a pipe.
  let isFile: Bool

  /// Resolves a path.
  ///
  /// - Parameter path: The path.
  /// - Throws: ``FileError`` if it is a directory, write-protected or cannot be reached.
  init(_ path: String) throws {
    reported = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw Self.error(path, errno) }
      self.path = try Self.endOfLinks(path)
      permissions = nil
      isFile = true
      return
    }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else { throw Self.error(path, EISDIR) }
    isFile = kind == S_IFREG
    permissions = status.st_mode & 0o777
    self.path = try Self.endOfLinks(path)
    if isFile { try Self.requireWritable(path, permissions: status.st_mode) }
  }

  /// The error for a path that cannot be written.
  ///
  /// - Parameters:
  ///   - path: The path as the caller named it.
  ///   - code: The system's reason.
  /// - Returns: The error.
  static func error(_ path: String, _ code: Int32) -> FileError {
    FileError.writing(path, code: code)
  }

  /// Requires permission to write to the file, although replacing it would not need it.
  private static func requireWritable(_ path: String, permissions: mode_t) throws {
    // The system lets root write to any file; one that nobody may write to is protected on purpose.
    guard permissions & 0o222 != 0 else {
      throw FileError(
        path: path,
        problem: .unwritable(reason: "cannot be written: it is write-protected; 'chmod u+w' allows writing")
      )
    }
    guard faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 else { throw error(path, errno) }
  }

  /// The number of links that Linux follows at most.
  private static let maximumLinks = 40

  /// The file that a path leads to, which need not exist; only the last component is followed.
  ///
  /// - Throws: ``FileError`` if the links form a cycle, or lead to a name that is not UTF-8.
  static func endOfLinks(_ path: String) throws -> String {
    var end = path
    for _ in 0...maximumLinks {
      guard let bytes = linkTarget(of: end) else { return end }
      guard let next = String(validating: bytes, as: UTF8.self) else {
        throw FileError(
          path: path,
          problem: .unwritable(reason: "cannot be written: it is a link to a name that is not UTF-8"))
      }
      let folder = TemporaryFile.directory(of: end)
      end = next.hasPrefix("/") ? next : folder + (folder.hasSuffix("/") ? "" : "/") + next
    }
    throw error(path, ELOOP)
  }

  /// The target of a link; nil if the path is not a link.
  private static func linkTarget(of path: String) -> [UInt8]? {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &target, target.count)
    return count > 0 ? target.prefix(count).map(UInt8.init(bitPattern:)) : nil
  }
}
