/// The chunks of a PNG file: length, type, data, checksum.
enum PNGChunks {
  /// The data of the first chunk of a type.
  ///
  /// - Parameters:
  ///   - type: The four letters of the type.
  ///   - file: The file's contents, which may be damaged; the search ends there.
  /// - Returns: The data; nil if the file has no chunk of this type.
  static func first(_ type: String, in file: [UInt8]) -> ArraySlice<UInt8>? {
    var start = PNGDecoder.signature.count
    while start + 12 <= file.count {
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - start - 12 else { return nil }
      let data = start + 8..<start + 8 + length
      if file[start + 4..<start + 8].elementsEqual(type.utf8) { return file[data] }
      start = data.upperBound + 4
    }
    return nil
  }
}
