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

  /// The error of a system call that writes; if something is missing, it is the folder of the file.
  ///
  /// - Parameters:
  ///   - path: The file as the caller named it.
  ///   - failure: The failure, such as "cannot be created".
  ///   - code: The value of `errno`.
  /// - Returns: The error, with the system's reason.
  package static func writing(_ path: String, failure: String = "cannot be written", code: Int32) -> FileError
  {
    let isMissing = code == ENOENT
    return FileError(
      path: path,
      problem: isMissing
        ? .missing(reason: "\(failure): its folder does not exist")
        : .unwritable(reason: reason(failure, code), code: code))
  }

  private static func reason(_ failure: String, _ code: Int32) -> String {
    "\(failure): \(String(cString: strerror(code)))"
  }
}
