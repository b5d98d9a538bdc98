#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock file that one process holds at a time.
///
/// The lock is the system's (`flock`), so a crash releases it and a lock file left behind can be locked again. The
/// holder writes a line about itself into the file, for the error messages of other processes.
package final class FileLock {
  /// The outcome of an attempt to lock.
  package enum Outcome {
    /// This process has the lock.
    case acquired
    /// Another process has it.
    case heldByAnother
    /// The file system does not support locks.
    case unsupported
  }

  /// The lock is held by another process.
  package struct Held: Error {
    /// The line that the holder wrote about itself; empty if it has not been written yet.
    package let holder: String
  }

  /// Whether the file system supports locks; if not, other processes are not excluded.
  package let isEffective: Bool
  private let path: String
  private var descriptor: Int32?

  /// Locks a file, creating it if necessary.
  ///
  /// - Parameters:
  ///   - path: The lock file.
  ///   - holder: A line about this process.
  /// - Throws: ``Held`` if another process has the lock, ``FileError`` if the file cannot be opened.
  package init(path: String, holder: String) throws {
    let (descriptor, outcome) = try Self.openAndLock(path)
    self.path = path
    self.descriptor = descriptor
    isEffective = outcome == .acquired
    ftruncate(descriptor, 0)
    let line = Array("\(holder)\n".utf8)
    // The holder's line is only a courtesy, so a full disk must not prevent locking.
    _ = pwrite(descriptor, line, line.count, 0)
  }

  /// Opens the lock file and locks it; tries again if its last holder has removed it in between.
  private static func openAndLock(_ path: String) throws -> (descriptor: Int32, outcome: Outcome) {
    while true {
      var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
      if descriptor < 0, errno == EACCES {
        // Another user's file, left behind by a crash, can still be locked.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        // Report why the file could not be created, not that it is missing.
        if descriptor < 0 { errno = EACCES }
      }
      guard descriptor >= 0 else { throw FileError.writing(path, failure: "cannot be opened", code: errno) }
      let outcome = lock(descriptor)
      if outcome != .heldByAnother, isSameFile(descriptor, path) { return (descriptor, outcome) }
      defer { close(descriptor) }
      if outcome == .heldByAnother { throw Held(holder: firstLine(of: descriptor)) }
    }
  }

  deinit {
    release()
  }

  /// Whether the lock file still exists at its path.
  package var isHeld: Bool { descriptor.map { Self.isSameFile($0, path) } ?? false }

  /// Removes the lock file and releases the lock; further calls do nothing.
  package func release() {
    guard let descriptor else { return }
    // If it has been removed, another process may have created a lock file of this name by now.
    if isHeld { unlink(path) }
    close(descriptor)
    self.descriptor = nil
  }

  /// Tries to lock an open file, without waiting.
  package static func lock(_ descriptor: Int32) -> Outcome {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return .heldByAnother }
      if errno != EINTR { return .unsupported }
    }
    return .acquired
  }

  /// Whether a path still leads to an open file.
  package static func isSameFile(_ descriptor: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev
      && opened.st_ino == named.st_ino
  }

  /// The error for a lock file that another process holds.
  package static func held(_ path: String) -> Held {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return Held(holder: "") }
    defer { close(descriptor) }
    return Held(holder: firstLine(of: descriptor))
  }

  private static func firstLine(of descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let line = bytes.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self).onOneLine(atMost: 256)
  }
}
