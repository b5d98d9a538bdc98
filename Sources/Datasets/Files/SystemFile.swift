#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's information about files, with its error messages.
enum SystemFile {
  /// The kind of file at a path.
  enum Kind {
    case regular(byteCount: Int)
    case directory
    case other
    case absent
    /// Unknown: the system denies access.
    case unreachable(reason: String)
  }

  /// The kind of file at a path, following symbolic links.
  static func kind(of path: String) -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else {
      return errno == ENOENT || errno == ENOTDIR ? .absent : .unreachable(reason: lastReason)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular(byteCount: Int(status.st_size))
    case S_IFDIR: return .directory
    default: return .other
    }
  }

  /// The reason why the contents of a folder cannot be read; nil if they can.
  static func obstacle(inFolder path: UnsafePointer<CChar>) -> String? {
    access(path, R_OK | X_OK) == 0 ? nil : lastReason
  }

  /// Whether a path is that of a regular file.
  static func isRegular(_ path: String) -> Bool {
    if case .regular = kind(of: path) { true } else { false }
  }

  /// Requires that a path is that of a regular file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its size in bytes.
  /// - Throws: ``DatasetError`` if it does not exist, is not a regular file, or cannot be read.
  @discardableResult
  static func requireRegular(_ path: String) throws -> Int {
    switch kind(of: path) {
    case .regular(let byteCount): return byteCount
    case .directory:
      throw DatasetError.notRegularFile(path: path, reason: "\(path) is a folder; expected a file")
    case .other: throw DatasetError.notRegularFile(path: path, reason: "\(path) is not a regular file")
    case .absent: throw DatasetError.missing(path: path, reason: "\(path) does not exist")
    case .unreachable(let reason):
      throw DatasetError.unreadable(path: path, reason: "\(path) cannot be read: \(reason)")
    }
  }

  /// The size of a regular file in bytes, 0 if it does not exist.
  static func byteCount(of path: String) -> Int {
    if case .regular(let byteCount) = kind(of: path) { byteCount } else { 0 }
  }

  /// The components of a path from the root, with links resolved; unresolved if it does not exist.
  static func resolvedNames(of path: String) -> [Substring] {
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    return (resolved.map { String(cString: $0) } ?? path).split(separator: "/")
  }

  /// The system's message for the last error.
  static var lastReason: String { String(cString: strerror(errno)) }

  /// Creates a folder and the missing ones above it.
  ///
  /// - Throws: ``DatasetError`` if the system reports an error.
  static func makeDirectory(_ path: String) throws {
    var made = path.hasPrefix("/") ? "" : "."
    for name in path.split(separator: "/") {
      made += "/" + name
      guard mkdir(made, 0o777) != 0, errno != EEXIST else { continue }
      let reason = lastReason
      if case .directory = kind(of: made) { continue }
      throw DatasetError.unwritable(
        path: path, reason: "the folder \(path) cannot be created: \(made): \(reason)")
    }
    guard case .directory = kind(of: path) else {
      throw DatasetError.notFolder(path: path, reason: "\(path) is not a folder")
    }
  }

  /// Renames a complete file to its final name, so that the name always refers to a complete file.
  ///
  /// - Parameters:
  ///   - temporary: The file, in the same folder.
  ///   - path: The final name; an existing file is replaced.
  /// - Throws: ``DatasetError`` if the system reports an error.
  static func publish(_ temporary: String, as path: String) throws {
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DatasetError.unwritable(path: temporary, reason: "\(temporary) cannot be opened: \(lastReason)")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw DatasetError.unwritable(path: temporary, reason: "\(temporary) cannot be saved: \(lastReason)")
    }
    guard rename(temporary, path) == 0 else {
      throw DatasetError.unwritable(path: path, reason: "\(path) cannot be written: \(lastReason)")
    }
  }
}
