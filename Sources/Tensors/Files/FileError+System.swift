#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension FileError {
  /// The error of a system call that reads.
  ///
  /// - Parameters:
  ///   - path: The file as the caller named it.
  ///   - code: The value of `errno`.
  /// - Returns: The error, with the system's reason.
  package static func reading(_ path: String, code: Int32) -> FileError {
    let isMissing = code == ENOENT
    return FileError(
      path: path,
      problem: isMissing
        ? .missing(reason: "does not exist")
        : .unreadable(reason: reason("cannot be read", code), code: code))
  }

  /// The error of a system call that writes.
  ///
  /// - Parameters:
  ///   - path: The file as the caller named it.
  ///   - failure: The failure, such as "cannot be created".
  ///   - code: The value of `errno`.
  /// - Returns: The error, with the missing folder or the system's reason.
  package static func writing(_ path: String, failure: String = "cannot be written", code: Int32) -> FileError
  {
    guard code == ENOENT else {
      return FileError(path: path, problem: .unwritable(reason: reason(failure, code), code: code))
    }
    let cause = missingFolder(of: path).map { "\(failure): \($0)" }
    return FileError(path: path, problem: .missing(reason: cause ?? reason(failure, code)))
  }

  /// A clause that says that the folder of a file, or of the file it links to, does not exist; nil if both exist.
  private static func missingFolder(of path: String) -> String? {
    func hasFolder(_ path: String) -> Bool { access(TemporaryFile.directory(of: path), F_OK) == 0 }
    guard hasFolder(path) else { return "its folder does not exist" }
    guard let target = try? OutputTarget.endOfLinks(path), !hasFolder(target) else { return nil }
    return "it links to \(target.onOneLine(atMost: 4096)), whose folder does not exist"
  }

  private static func reason(_ failure: String, _ code: Int32) -> String {
    "\(failure): \(String(cString: strerror(code)))"
  }
}
