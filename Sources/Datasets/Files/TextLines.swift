import Tensors

/// Small text files with a name on each line.
package enum TextLines {
  private static let maximumByteCount = 1 << 16

  /// Whether there is a regular file at a path.
  package static func isFile(_ path: String) -> Bool { SystemFile.isRegular(path) }

  /// The mark that Windows programs put before UTF-8 text.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Reads the lines of a file, without spaces at their ends and without empty ones.
  ///
  /// - Throws: ``DatasetError`` if it is absent, too large or not UTF-8.
  package static func read(_ path: String) throws -> [String] {
    let byteCount = SystemFile.byteCount(of: path)
    guard byteCount <= maximumByteCount else {
      throw DatasetError.tooLarge(
        path: path,
        reason: "\(path) is too large for names: \(byteCount) bytes; the limit is \(maximumByteCount)")
    }
    let reader = try GzipReader(path: path)
    let bytes = try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      try reader.read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<byteCount]))
      count = byteCount
    }
    let content = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      throw DatasetError.damaged(path: path, reason: "\(path) is not UTF-8 text")
    }
    return text.split(whereSeparator: \.isNewline).map { line in
      let trimmed = line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
      return String(trimmed).onOneLine(atMost: 200)
    }.filter { !$0.isEmpty }
  }
}
