#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files that appear complete or not at all.
///
/// The bytes go to a temporary file in the same directory, which is renamed only when all of it has reached the disk.
/// Until then readers see the old file, which also survives a crash or a power cut. A temporary file that a crash
/// leaves behind is removed when the same file is written again.
///
/// If the system allows writing to the file but not replacing it (a mount point, a directory without write permission,
/// another user's file in a sticky directory), the bytes are copied into it at the end, and ``FileNotice`` says so.
package enum AtomicFile {
  /// Writes a file, replacing an existing one.
  ///
  /// A symbolic link is followed, even if its target does not exist yet. The new file keeps the permissions of the old
  /// one. A device or a pipe cannot be replaced, so it is written directly.
  ///
  /// - Parameters:
  ///   - path: The file; its directory must exist.
  ///   - body: Writes the content. If it throws, the old file stays and the new one is removed.
  /// - Throws: ``FileError`` with the path and the system's reason, including a write-protected old file; the errors of
  ///   the body.
  package static func write(to path: String, _ body: (borrowing FileWriter) throws -> Void) throws {
    let target = try OutputTarget(path)
    guard target.isFile else { return try writeDirectly(path, body) }
    try StagedFile(for: target, body).commit()
  }

  /// Removes the temporary files that crashed writers of a file have left behind.
  ///
  /// - Parameter path: The file that they were meant to replace; it need not exist.
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
