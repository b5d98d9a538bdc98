#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files that appear complete or not at all.
///
/// The bytes go to a temporary file in the same directory, which takes the name of the real one only when all of it has
/// reached the disk. A reader, a crash or a power cut in between leaves the old file. A temporary file that a crash
/// leaves behind is removed when the same file is written again.
public enum AtomicFile {
  /// Writes a file, replacing the one that may be there.
  ///
  /// A link is followed, and a file that is replaced passes on its permissions. A device or a pipe cannot be replaced,
  /// so it is written directly.
  ///
  /// - Parameters:
  ///   - path: The file; its directory must exist.
  ///   - body: Writes the content. If it throws, the old file stays and the new one is removed.
  /// - Throws: ``FileError`` with the path and the system's reason, or what the body throws.
  public static func write(to path: String, _ body: (borrowing FileWriter) throws -> Void) throws {
    var existing = stat()
    guard stat(path, &existing) == 0 else {
      try replace(path, reportedAs: path, permissions: nil, body)
      return
    }
    switch existing.st_mode & S_IFMT {
    case S_IFREG:
      let permissions = existing.st_mode & 0o777
      try replace(followingLinks(path), reportedAs: path, permissions: permissions, body)
    case S_IFDIR:
      throw FileError(path: path, failure: cannotBeWritten, code: EISDIR)
    default:
      try writeDirectly(path, body)
    }
  }

  /// Removes the temporary files that crashed writers of a file have left behind.
  ///
  /// - Parameter path: The file that they were to replace; it need not exist.
  public static func removeAbandonedTemporaries(of path: String) {
    TemporaryFile.removeAbandoned(beside: followingLinks(path))
  }

  fileprivate static let cannotBeWritten = "cannot be written"

  private static func replace(
    _ target: String, reportedAs path: String, permissions: mode_t?,
    _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    try StagedFile(for: target, reportedAs: path, permissions: permissions, body).commit()
  }

  private static func writeDirectly(
    _ path: String, _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, failure: cannotBeWritten, code: errno) }
    defer { close(descriptor) }
    let writer = FileWriter(descriptor: descriptor, path: path)
    try body(writer)
  }

  fileprivate static func followingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Makes the new name survive a power cut.
  ///
  /// The file is complete and has its name by now, and some file systems cannot synchronize a directory, so there is
  /// nothing to report.
  fileprivate static func synchronizeDirectory(of path: String) {
    let descriptor = open(TemporaryFile.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// A file that is complete and on disk, and takes its name on ``commit()``.
///
/// Until then it has the name of a temporary file, which is removed if it is never committed.
package final class StagedFile {
  private let temporary: TemporaryFile
  private let target: String
  private let reported: String
  private var isCommitted = false

  /// The path of the bytes until the file has its name.
  package var temporaryPath: String { temporary.path }

  /// Writes the bytes.
  ///
  /// - Parameters:
  ///   - path: The file to be replaced, or made; a link is followed.
  ///   - body: Writes the content.
  /// - Throws: ``FileError`` with the path and the system's reason, or what the body throws.
  package convenience init(for path: String, _ body: (borrowing FileWriter) throws -> Void) throws {
    var existing = stat()
    let permissions = stat(path, &existing) == 0 ? existing.st_mode & 0o777 : nil
    guard permissions == nil || existing.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, problem: "\(AtomicFile.cannotBeWritten): it is not a regular file")
    }
    try self.init(
      for: AtomicFile.followingLinks(path), reportedAs: path, permissions: permissions, body)
  }

  fileprivate init(
    for target: String, reportedAs path: String, permissions: mode_t?,
    _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    TemporaryFile.removeAbandoned(beside: target)
    temporary = try TemporaryFile(beside: target, reportedAs: path)
    self.target = target
    reported = path
    if let permissions { fchmod(temporary.descriptor, permissions) }
    let writer = FileWriter(descriptor: temporary.descriptor, path: path)
    try body(writer)
    guard fsync(temporary.descriptor) == 0 else {
      throw FileError(path: path, failure: AtomicFile.cannotBeWritten, code: errno)
    }
  }

  deinit {
    if !isCommitted { unlink(temporary.path) }
    close(temporary.descriptor)
  }

  /// Gives the file its name.
  ///
  /// - Throws: ``FileError`` with the system's reason.
  package func commit() throws {
    guard rename(temporary.path, target) == 0 else {
      throw FileError(path: reported, failure: AtomicFile.cannotBeWritten, code: errno)
    }
    isCommitted = true
    AtomicFile.synchronizeDirectory(of: target)
  }
}
