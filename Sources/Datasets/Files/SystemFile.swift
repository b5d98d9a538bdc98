#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system says of files, with its reasons as text.
enum SystemFile {
  /// What stands at a path.
  enum Kind {
    case regular(byteCount: Int)
    case directory
    case other
    case absent
    /// It may be there: the system refuses to look.
    case unreachable(reason: String)
  }

  /// Looks at a path, through symbolic links.
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

  /// Why the contents of a folder cannot be read; nil if they can.
  static func obstacle(inFolder path: UnsafePointer<CChar>) -> String? {
    access(path, R_OK | X_OK) == 0 ? nil : lastReason
  }

  /// Whether a regular file stands at a path.
  static func isRegular(_ path: String) -> Bool {
    if case .regular = kind(of: path) { true } else { false }
  }

  /// The bytes of a regular file, 0 if there is none.
  static func byteCount(of path: String) -> Int {
    if case .regular(let byteCount) = kind(of: path) { byteCount } else { 0 }
  }

  /// The names that a path is made of, from the root, with links followed; as it stands if it is not there.
  static func resolvedNames(of path: String) -> [Substring] {
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    return (resolved.map { String(cString: $0) } ?? path).split(separator: "/")
  }

  /// Why the last call failed, as the system puts it.
  static var lastReason: String { String(cString: strerror(errno)) }

  /// Makes a folder and those above it that are missing.
  ///
  /// - Throws: ``DatasetError`` if the system refuses.
  static func makeDirectory(_ path: String) throws {
    var made = path.hasPrefix("/") ? "" : "."
    for name in path.split(separator: "/") {
      made += "/" + name
      guard mkdir(made, 0o777) != 0, errno != EEXIST else { continue }
      let reason = lastReason
      if case .directory = kind(of: made) { continue }
      throw DatasetError.inaccessible(
        path: path, reason: "the folder \(path) cannot be made: \(made): \(reason)")
    }
    guard case .directory = kind(of: path) else {
      throw DatasetError.inaccessible(path: path, reason: "\(path) is not a folder")
    }
  }

  /// Gives a complete file its final name, so that the name never stands for less than the whole file.
  ///
  /// - Parameters:
  ///   - temporary: The file, in the same folder.
  ///   - path: The final name; a file that stands there is replaced.
  /// - Throws: ``DatasetError`` if the system refuses.
  static func publish(_ temporary: String, as path: String) throws {
    let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw DatasetError.inaccessible(path: temporary, reason: "\(temporary) cannot be opened: \(lastReason)")
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw DatasetError.inaccessible(path: temporary, reason: "\(temporary) cannot be kept: \(lastReason)")
    }
    guard rename(temporary, path) == 0 else {
      throw DatasetError.inaccessible(path: path, reason: "\(path) cannot be written: \(lastReason)")
    }
  }
}
