#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads whole files of bounded size.
package enum FileBytes {
  /// Reads a regular file.
  ///
  /// - Parameters:
  ///   - path: The file, in the bytes that the system knows it by, which need not be UTF-8.
  ///   - name: What it is called in errors.
  ///   - maximumByteCount: How many bytes it may have.
  ///   - first: How many of its bytes are read, from the first; all of them if nil.
  /// - Returns: The bytes.
  /// - Throws: ``ImageFileError`` if it is absent, not a regular file, too large or cannot be read.
  package static func read(
    path: UnsafePointer<CChar>, name: String, maximumByteCount: Int, first: Int? = nil
  ) throws -> [UInt8] {
    // Without waiting: to open a named pipe would otherwise wait for somebody to write to it.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ImageFileError("\(name) cannot be opened: \(lastReason)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ImageFileError("\(name): \(lastReason)") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ImageFileError("\(name) is not a regular file") }
    let byteCount = Int(status.st_size)
    guard byteCount <= maximumByteCount else {
      throw ImageFileError("\(name) is too large: \(byteCount) bytes; up to \(maximumByteCount) are read")
    }
    let wanted = min(first ?? byteCount, byteCount)
    return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < wanted {
        let piece = UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[count..<wanted]))
        let got = pread(descriptor, piece.baseAddress, piece.count, off_t(count))
        guard got >= 0 else { throw ImageFileError("\(name) cannot be read: \(lastReason)") }
        guard got > 0 else { return }
        count += got
      }
    }
  }

  private static var lastReason: String { String(cString: strerror(errno)) }
}
