import CZlib

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a file sequentially, decompressing it if it is gzipped.
///
/// zlib recognizes gzip by the first bytes, so the name does not matter. Only as many bytes as the format needs are
/// read, never "the rest", so a small file cannot expand without limit.
final class GzipReader {
  private let path: String
  private let file: gzFile

  /// Opens a file.
  ///
  /// - Parameter path: The file, gzipped or not.
  /// - Throws: ``DatasetError`` if it is absent, not a regular file, or cannot be opened.
  init(path: String) throws {
    try SystemFile.requireRegular(path)
    guard let file = gzopen(path, "rb") else {
      throw DatasetError.unreadable(
        path: path, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
    }
    gzbuffer(file, 1 << 17)
    self.path = path
    self.file = file
  }

  deinit {
    gzclose_r(file)
  }

  /// Fills a buffer.
  ///
  /// - Parameter buffer: The memory for the bytes.
  /// - Throws: ``DatasetError`` if the file ends early or is corrupt.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<min(done + 1 << 26, buffer.count)])
      let count = try readSome(into: piece)
      guard count > 0 else {
        throw DatasetError.damaged(path: path, reason: "\(path) is truncated: its data is incomplete")
      }
      done += count
    }
  }

  /// Requires the end of the file, where zlib also verifies the checksum.
  ///
  /// - Throws: ``DatasetError`` if there is more data, or the checksum is missing or wrong.
  func requireEnd() throws {
    try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { byte in
      guard try readSome(into: byte) == 0 else {
        throw DatasetError.damaged(
          path: path, reason: "\(path) is corrupt: it has more data than its header declares")
      }
    }
  }

  private func readSome(into piece: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = Int(gzread(file, piece.baseAddress, UInt32(piece.count)))
    var code: Int32 = Z_OK
    let message = gzerror(file, &code)
    switch code {
    case Z_OK, Z_STREAM_END: return count
    case Z_BUF_ERROR where count > 0: return count
    case Z_BUF_ERROR:
      throw DatasetError.damaged(path: path, reason: "\(path) is truncated: the gzip stream has no end")
    case Z_ERRNO:
      throw DatasetError.unreadable(path: path, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
    default:
      let reason = message.map { String(cString: $0) } ?? "zlib's error code \(code)"
      throw DatasetError.damaged(path: path, reason: "\(path) is corrupt: \(reason.drop(upTo: ": "))")
    }
  }
}

extension GzipReader {
  /// The CRC-32 of the contents stored in a gzipped file; nil if it is not gzipped or cannot be read.
  ///
  /// Source: P. Deutsch, *GZIP file format specification version 4.3*, RFC 1952, section 2.3.
  static func storedChecksum(of path: String) -> UInt32? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var (start, end): ([UInt8], [UInt8]) = ([0, 0], [0, 0, 0, 0])
    let trailerByteCount = 8
    guard pread(descriptor, &start, start.count, 0) == start.count, start == [0x1F, 0x8B],
      pread(descriptor, &end, end.count, lseek(descriptor, 0, SEEK_END) - off_t(trailerByteCount))
        == end.count
    else { return nil }
    return end.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

extension String {
  /// The text after the last occurrence of the separator; all of it if there is none.
  fileprivate func drop(upTo separator: String) -> Substring {
    var rest = self[...]
    while let found = rest.firstRange(of: separator) { rest = rest[found.upperBound...] }
    return rest
  }
}
