#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A new, empty file in the directory of the one that it will replace, open for writing.
///
/// Its writer holds a lock on it until it is closed. A crash releases the lock, so a temporary file that can be locked
/// has been abandoned and is safe to remove, whatever happened to the process whose ID is in its name.
struct TemporaryFile {
  let path: String
  let descriptor: Int32

  private static let suffix = ".tmp"

  /// Creates the file under a name that no other file has.
  ///
  /// - Parameters:
  ///   - target: The file to be replaced.
  ///   - reported: The name of that file in errors.
  /// - Throws: ``FileError`` with the system's reason.
  init(beside target: String, reportedAs reported: String) throws {
    try self.init(in: Self.directory(of: target), for: target, reportedAs: reported)
  }

  /// Creates the file in the system's directory for temporary files, if the target's directory does not allow one.
  ///
  /// - Parameters:
  ///   - target: The file to be overwritten.
  ///   - reported: The name of that file in errors.
  /// - Throws: ``FileError`` with the system's reason.
  init(away target: String, reportedAs reported: String) throws {
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    try self.init(in: directory.isEmpty ? "/tmp" : directory, for: target, reportedAs: reported)
  }

  private init(in directory: String, for target: String, reportedAs reported: String) throws {
    guard Self.nameStart(of: target) < target.endIndex else {
      throw FileError(
        path: reported, problem: .notRegularFile(reason: "cannot be written: the path does not name a file"))
    }
    let stem = "\(directory)/\(Self.prefix(for: target))\(getpid())"
    for attempt in 0..<1000 {
      let path = "\(stem)-\(attempt)\(Self.suffix)"
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        guard errno == EEXIST || errno == EINTR else { break }
        continue
      }
      // Until it is locked, another process may consider it abandoned.
      if FileLock.lock(descriptor) != .heldByAnother, FileLock.isSameFile(descriptor, path) {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
    throw FileError.writing(reported, code: errno)
  }

  /// Removes the temporary files that crashed writers of a file have left behind.
  ///
  /// If the file system does not support locks, it is unknown whether one is still being written, so none is removed.
  ///
  /// - Parameter target: The file that they were meant to replace.
  static func removeAbandoned(beside target: String) {
    let directory = directory(of: target)
    let prefix = prefix(for: target)
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { continue }
      let writer = name.dropFirst(prefix.count).dropLast(suffix.count).split(separator: "-")
      guard writer.count == 2, writer.allSatisfy(isNumber) else { continue }
      removeIfAbandoned("\(directory)/\(name)")
    }
  }

  private static func isNumber(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private static func removeIfAbandoned(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if FileLock.lock(descriptor) == .acquired, FileLock.isSameFile(descriptor, path) { unlink(path) }
  }

  /// The prefix of the names of a file's temporary files; cut so that with the writer's number they stay within the 255
  /// bytes that file systems allow.
  private static func prefix(for target: String) -> String {
    var stem = String.UnicodeScalarView()
    for scalar in target[nameStart(of: target)...].unicodeScalars {
      guard String(stem).utf8.count + 4 <= 160 else { break }
      stem.append(scalar)
    }
    return ".\(String(stem))."
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
