import CZlib

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a file from its start, unpacking it on the way if it is gzipped.
///
/// zlib tells the two apart by the first bytes, so that the name does not matter. The reader asks for as many
/// bytes as it knows to belong there and never for "the rest", so that a small file cannot unpack to a large one.
final class GzipReader {
  private let path: String
  private let file: gzFile

  /// Opens a file.
  ///
  /// - Parameter path: The file, gzipped or not.
  /// - Throws: ``DatasetError`` if it is absent, not a regular file, or cannot be opened.
  init(path: String) throws {
    switch SystemFile.kind(of: path) {
    case .regular: break
    case .directory:
      throw DatasetError.inaccessible(path: path, reason: "\(path) is a folder where a file is expected")
    case .other: throw DatasetError.inaccessible(path: path, reason: "\(path) is not a regular file")
    case .absent: throw DatasetError.missing(paths: [path], reason: "\(path): there is no such file")
    case .unreachable(let reason):
      throw DatasetError.inaccessible(path: path, reason: "\(path) cannot be opened: \(reason)")
    }
    guard let file = gzopen(path, "rb") else {
      throw DatasetError.inaccessible(
        path: path, reason: "\(path) cannot be opened: \(SystemFile.lastReason)")
    }
    gzbuffer(file, 1 << 17)
    self.path = path
    self.file = file
  }

  deinit {
    gzclose_r(file)
  }

  /// Reads as many bytes as the buffer holds.
  ///
  /// - Parameter buffer: Where the bytes go.
  /// - Throws: ``DatasetError`` if the file ends before or is corrupt.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<min(done + 1 << 26, buffer.count)])
      let count = try readSome(into: piece)
      guard count > 0 else {
        throw DatasetError.damaged(path: path, reason: "\(path) is truncated: it ends before its data do")
      }
      done += count
    }
  }

  /// Requires that all has been read, and with it that zlib has found the checksum right.
  ///
  /// - Throws: ``DatasetError`` if there is more, or the file ends before its checksum, or that is wrong.
  func requireEnd() throws {
    try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { byte in
      guard try readSome(into: byte) == 0 else {
        throw DatasetError.damaged(
          path: path, reason: "\(path) is corrupt: it holds more data than its header says")
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
      throw DatasetError.inaccessible(path: path, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
    default:
      let reason = message.map { String(cString: $0) } ?? "zlib's error \(code)"
      throw DatasetError.damaged(path: path, reason: "\(path) is corrupt: \(reason.drop(upTo: ": "))")
    }
  }
}

extension GzipReader {
  /// The CRC-32 that a packed file stores of what it holds; nil if it is not packed or cannot be read.
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
  /// What follows the last place where the separator stands; all of it if it does not.
  fileprivate func drop(upTo separator: String) -> Substring {
    var rest = self[...]
    while let found = rest.firstRange(of: separator) { rest = rest[found.upperBound...] }
    return rest
  }
}
