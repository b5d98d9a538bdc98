#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The output of the body of ``AtomicFile/write(to:_:)``.
///
/// Every call goes straight to the system, so join many small writes first. A writer cannot be copied, so it does not
/// outlive the file it writes.
package struct FileWriter: ~Copyable {
  private let descriptor: Int32
  private let path: String

  /// Writes to an open file, which stays open.
  ///
  /// - Parameters:
  ///   - descriptor: The open file.
  ///   - path: Its name, for errors.
  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``FileError`` with the system's reason, for instance that the disk is full.
  package borrowing func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if written == 0 {
        throw FileError(
          path: path, problem: .unwritable(reason: "cannot be written: the system accepts no more bytes"))
      } else if errno != EINTR {
        throw FileError.writing(path, code: errno)
      }
    }
  }

  /// Appends numbers as they are in memory, which on every supported machine is little-endian.
  ///
  /// - Parameter elements: The numbers.
  /// - Throws: ``FileError`` with the system's reason.
  package borrowing func write<Element: BitwiseCopyable>(_ elements: [Element]) throws {
    try elements.withUnsafeBytes { try write($0) }
  }

  /// Appends text in UTF-8.
  ///
  /// - Parameter text: The text.
  /// - Throws: ``FileError`` with the system's reason.
  package borrowing func write(_ text: String) throws {
    try write(Array(text.utf8))
  }
}

/// The largest write passed to the system at once: some systems refuse 2 GiB and more.
private let maximumPieceSize = 1 << 30

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, min(bytes.count, maximumPieceSize))
}
