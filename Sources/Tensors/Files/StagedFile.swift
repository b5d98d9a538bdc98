#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is complete and on disk, and gets its final name on ``commit()``.
///
/// Until then it has the name of a temporary file, which is removed if it is never committed.
package final class StagedFile {
  private let temporary: TemporaryFile
  private let target: OutputTarget
  /// The reason that the temporary file is not in the target's directory; nil if it is.
  private let obstacle: Int32?
  private var isRenamed = false

  /// The path of the bytes until the file has its name.
  package var temporaryPath: String { temporary.path }

  /// The errors of creating or renaming a file that do not prevent writing to an existing one.
  private static let obstacles: Set<Int32> = [EACCES, EPERM, EROFS, EBUSY, EXDEV]

  /// Writes the bytes.
  ///
  /// - Parameters:
  ///   - path: The file to be replaced, or made; a link is followed.
  ///   - body: Writes the content.
  /// - Throws: ``FileError`` with the path and the system's reason; the errors of the body.
  package convenience init(for path: String, _ body: (borrowing FileWriter) throws -> Void) throws {
    let target = try OutputTarget(path)
    guard target.isFile else {
      throw FileError(
        path: path, problem: .notRegularFile(reason: "cannot be written: it is not a regular file"))
    }
    try self.init(for: target, body)
  }

  init(for target: OutputTarget, _ body: (borrowing FileWriter) throws -> Void) throws {
    self.target = target
    TemporaryFile.removeAbandoned(beside: target.path)
    do {
      temporary = try TemporaryFile(beside: target.path, reportedAs: target.reported)
      obstacle = nil
    } catch let error as FileError {
      guard target.permissions != nil, let code = error.problem.code, Self.obstacles.contains(code) else {
        throw error
      }
      temporary = try TemporaryFile(away: target.path, reportedAs: target.reported)
      obstacle = code
    }
    if let permissions = target.permissions { fchmod(temporary.descriptor, permissions) }
    let writer = FileWriter(descriptor: temporary.descriptor, path: target.reported)
    try body(writer)
    guard fsync(temporary.descriptor) == 0 else { throw OutputTarget.error(target.reported, errno) }
  }

  deinit {
    if !isRenamed { unlink(temporary.path) }
    close(temporary.descriptor)
  }

  /// Renames the file, or if the system forbids that, copies its bytes into the file of that name.
  ///
  /// - Throws: ``FileError`` with the system's reason.
  package func commit() throws {
    if let obstacle { return try copy(because: obstacle) }
    guard rename(temporary.path, target.path) != 0 else {
      isRenamed = true
      return synchronizeDirectory()
    }
    let code = errno
    guard target.permissions != nil, Self.obstacles.contains(code) else {
      throw OutputTarget.error(target.reported, code)
    }
    try copy(because: code)
  }

  private static let pieceByteCount = 1 << 20

  /// Overwrites the target; its old content is lost with the first byte, so this is the last resort.
  private func copy(because code: Int32) throws {
    let descriptor = open(target.path, O_WRONLY | O_CLOEXEC)
    // The first obstacle is the one to report.
    guard descriptor >= 0 else { throw OutputTarget.error(target.reported, code) }
    defer { close(descriptor) }
    let staged = try RandomAccessFile(path: temporary.path)
    do {
      try overwrite(descriptor, with: staged)
    } catch let error as FileError {
      throw FileError(
        path: target.reported,
        problem: .unwritable(
          reason: "\(error.problem); it cannot be replaced, only overwritten, and may be incomplete now",
          code: error.problem.code))
    }
    FileNotice.post(writtenInPlace: target.reported, because: code)
  }

  private func overwrite(_ descriptor: Int32, with staged: RandomAccessFile) throws {
    let writer = FileWriter(descriptor: descriptor, path: target.reported)
    for start in stride(from: 0, to: staged.byteCount, by: Self.pieceByteCount) {
      let count = min(Self.pieceByteCount, staged.byteCount - start)
      try writer.write(staged.bytes(count: count, at: start))
    }
    guard ftruncate(descriptor, off_t(staged.byteCount)) == 0, fsync(descriptor) == 0 else {
      throw OutputTarget.error(target.reported, errno)
    }
  }

  /// Makes sure that the new name survives a power cut.
  ///
  /// By now the file is complete and has its name, and some file systems cannot synchronize a directory, so errors are
  /// ignored.
  private func synchronizeDirectory() {
    let descriptor = open(TemporaryFile.directory(of: target.path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
