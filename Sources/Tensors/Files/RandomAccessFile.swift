#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is read in parts, at any offset and from any thread.
///
/// It stays open, so if the file is replaced meanwhile, the old content is still read.
package final class RandomAccessFile: Sendable {
  package let path: String

  /// The length of the file when it was opened, in bytes.
  package let byteCount: Int

  private let descriptor: Int32

  /// Opens a file.
  ///
  /// - Parameter path: A regular file.
  /// - Throws: ``FileError`` if it does not exist, may not be read or is not a regular file.
  package init(path: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError.reading(path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(path: path, problem: .notRegularFile(reason: "is not a regular file"))
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit {
    close(descriptor)
  }

  /// Fills a buffer.
  ///
  /// - Parameters:
  ///   - buffer: The memory for the bytes.
  ///   - offset: Their offset in the file.
  /// - Throws: ``FileError`` if the file ends before, or with the system's reason.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, min(rest.count, 1 << 30), off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        throw FileError(
          path: path, problem: .damaged(reason: "ends early; it may have been truncated during reading"))
      } else if errno != EINTR {
        throw FileError.reading(path, code: errno)
      }
    }
  }

  /// Reads bytes.
  ///
  /// - Parameters:
  ///   - count: The number of bytes; at most that of the file, so that nothing larger is ever allocated.
  ///   - offset: Their offset in the file.
  /// - Returns: That many bytes.
  /// - Throws: ``FileError`` if the file ends before, or with the system's reason.
  package func bytes(count: Int, at offset: Int) throws -> [UInt8] {
    guard count <= byteCount - offset else {
      throw FileError(
        path: path, problem: .damaged(reason: "is truncated: it ends after \(counted(byteCount, "byte"))"))
    }
    return try Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
        at: offset)
      initialized = count
    }
  }
}
