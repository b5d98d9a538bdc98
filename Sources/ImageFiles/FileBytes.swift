#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads whole files of bounded size.
enum FileBytes {
  /// Reads a regular file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - maximumByteCount: How many bytes it may have.
  /// - Returns: Its bytes.
  /// - Throws: ``ImageFileError`` if it is absent, no regular file, too large or cannot be read.
  static func read(path: String, maximumByteCount: Int) throws -> [UInt8] {
    // Without waiting: to open a named pipe would otherwise wait for somebody to write to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ImageFileError("\(path) cannot be opened: \(lastReason)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ImageFileError("\(path): \(lastReason)") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ImageFileError("\(path) is no regular file") }
    let byteCount = Int(status.st_size)
    guard byteCount <= maximumByteCount else {
      throw ImageFileError("\(path) is too large: \(byteCount) bytes; up to \(maximumByteCount) are read")
    }
    return try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      while count < byteCount {
        let piece = UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[count..<byteCount]))
        let got = pread(descriptor, piece.baseAddress, piece.count, off_t(count))
        guard got >= 0 else { throw ImageFileError("\(path) cannot be read: \(lastReason)") }
        guard got > 0 else { return }
        count += got
      }
    }
  }

  private static var lastReason: String { String(cString: strerror(errno)) }
}
