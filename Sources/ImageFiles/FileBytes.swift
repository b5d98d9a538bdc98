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
  ///   - path: The file, as the bytes of its path, which need not be UTF-8.
  ///   - name: Its name in errors.
  ///   - maximumByteCount: The maximum size in bytes.
  ///   - first: The number of bytes to read from the start; all if nil.
  /// - Returns: The bytes.
  /// - Throws: ``ImageFileError`` if it is absent, not a regular file, too large or cannot be read.
  package static func read(
    path: UnsafePointer<CChar>, name: String, maximumByteCount: Int, first: Int? = nil
  ) throws -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw openingError(name) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ImageFileError.unreadable(path: name, reason: "\(name) cannot be read: \(lastReason)")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ImageFileError.notRegularFile(path: name, reason: "\(name) is not a regular file")
    }
    let byteCount = Int(status.st_size)
    guard byteCount <= maximumByteCount else {
      throw ImageFileError.tooLarge(
        path: name, reason: "\(name) is too large: \(byteCount) bytes; the limit is \(maximumByteCount)")
    }
    let wanted = min(first ?? byteCount, byteCount)
    return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      while count < wanted {
        let piece = UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[count..<wanted]))
        let got = pread(descriptor, piece.baseAddress, piece.count, off_t(count))
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else {
          throw ImageFileError.unreadable(path: name, reason: "\(name) cannot be read: \(lastReason)")
        }
        guard got > 0 else { return }
        count += got
      }
    }
  }

  /// Reads a regular file, or a pipe to its end, waiting for data.
  ///
  /// - Parameters:
  ///   - path: The file or the pipe.
  ///   - maximumByteCount: The maximum size in bytes.
  /// - Returns: The bytes.
  /// - Throws: ``ImageFileError`` if it is absent, neither a file nor a pipe, too large or cannot be read.
  package static func readWaiting(path: String, maximumByteCount: Int) throws -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
      return try read(path: path, name: path, maximumByteCount: maximumByteCount)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw openingError(path) }
    defer { close(descriptor) }
    return try readToEnd(of: descriptor, name: path, maximumByteCount: maximumByteCount)
  }

  /// Reads a stream to its end.
  ///
  /// - Parameters:
  ///   - descriptor: The open stream, which stays open.
  ///   - name: Its name in errors.
  ///   - maximumByteCount: The maximum size in bytes.
  /// - Returns: The bytes.
  /// - Throws: ``ImageFileError`` if it is larger or cannot be read.
  package static func readToEnd(
    of descriptor: Int32, name: String, maximumByteCount: Int
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = systemRead(descriptor, &piece, piece.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw ImageFileError.unreadable(path: name, reason: "\(name) cannot be read: \(lastReason)")
      }
      guard got > 0 else { return bytes }
      guard bytes.count + got <= maximumByteCount else {
        throw ImageFileError.tooLarge(
          path: name, reason: "\(name) is too large; the limit is \(maximumByteCount) bytes")
      }
      bytes += piece[..<got]
    }
  }

  private static func openingError(_ name: String) -> ImageFileError {
    guard errno == ENOENT else {
      return .unreadable(path: name, reason: "\(name) cannot be read: \(lastReason)")
    }
    return .missing(
      path: name, reason: name.isEmpty ? "the path of an image is empty" : "\(name) does not exist")
  }

  private static var lastReason: String { String(cString: strerror(errno)) }
}

/// The system's `read`, whose name is taken by functions here.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
