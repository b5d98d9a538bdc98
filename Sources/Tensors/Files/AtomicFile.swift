#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files that appear complete or not at all.
///
/// The bytes go to a temporary file in the same directory, which takes the name of the real one only when all of
/// it has reached the disk. A reader, a crash or a power cut in between sees the old file. A temporary file that a
/// crash leaves behind is removed when the same file is written again.
///
/// Where the system does not let a file be replaced that may be written to (a mount point, a directory without
/// permission to write, another user's file in a sticky one), the bytes are copied into it at the end, and
/// ``FileNotice`` says so.
package enum AtomicFile {
  /// Writes a file, replacing the one that may be there.
  ///
  /// A link is followed, be its file there or not, and a file that is replaced hands its permissions on. A device or
  /// a pipe cannot be replaced, so it is written directly.
  ///
  /// - Parameters:
  ///   - path: The file; its directory must exist.
  ///   - body: Writes the content. If it throws, the old file stays and the new one is removed.
  /// - Throws: ``FileError`` with the path and the system's reason, also if the old file is write-protected, or what
  ///   the body throws.
  package static func write(to path: String, _ body: (borrowing FileWriter) throws -> Void) throws {
    let target = try OutputTarget(path)
    guard target.isFile else { return try writeDirectly(path, body) }
    try StagedFile(for: target, body).commit()
  }

  /// Removes the temporary files that crashed writers of a file have left behind.
  ///
  /// - Parameter path: The file that they were to replace; it need not exist.
  package static func removeAbandonedTemporaries(of path: String) {
    guard let target = try? OutputTarget.endOfLinks(path) else { return }
    TemporaryFile.removeAbandoned(beside: target)
  }

  private static func writeDirectly(
    _ path: String, _ body: (borrowing FileWriter) throws -> Void
  ) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw OutputTarget.error(path, errno) }
    defer { close(descriptor) }
    let writer = FileWriter(descriptor: descriptor, path: path)
    try body(writer)
  }
}
