import Tensors

/// A file of records of the same size, each with labels and data.
struct RecordFile {
  /// The number of records.
  let count: Int

  private let path: String
  private let labelByteCount: Int
  private let dataByteCount: Int

  private static let maximumByteCount = 1 << 30

  /// Checks the size of a file; nothing is read yet.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - labelByteCount: Bytes of a record's labels; the last one is used.
  ///   - dataByteCount: Bytes of a record's data.
  /// - Throws: ``DatasetError`` if it is absent, too large or does not consist of whole records.
  init(path: String, labelByteCount: Int, dataByteCount: Int) throws {
    let recordByteCount = labelByteCount + dataByteCount
    let byteCount = try SystemFile.requireRegular(path)
    guard byteCount <= Self.maximumByteCount else {
      throw DatasetError.tooLarge(
        path: path, reason: "\(path) is too large: \(byteCount) bytes; the limit is \(Self.maximumByteCount)")
    }
    guard byteCount > 0, byteCount % recordByteCount == 0 else {
      throw DatasetError.damaged(
        path: path,
        reason:
          "\(path) is truncated or has another format: its size is \(counted(byteCount, "byte")), and each record has "
          + grouped(recordByteCount)
      )
    }
    count = byteCount / recordByteCount
    self.path = path
    self.labelByteCount = labelByteCount
    self.dataByteCount = dataByteCount
  }

  /// Reads records.
  ///
  /// - Parameters:
  ///   - first: The maximum number of records.
  ///   - target: The memory for their data, one after another.
  ///   - classCount: The number of classes, which labels must be less than.
  /// - Returns: Their labels.
  /// - Throws: ``DatasetError`` if the file cannot be read, or a label is too large.
  func read(first: Int, into target: UnsafeMutableRawPointer, classCount: Int) throws -> [Int32] {
    let reader = try GzipReader(path: path)
    return try (0..<min(count, first)).map { record in
      let label = try withUnsafeTemporaryAllocation(byteCount: labelByteCount, alignment: 1) { bytes in
        try reader.read(into: bytes)
        return bytes[labelByteCount - 1]
      }
      guard label < classCount else {
        throw DatasetError.damaged(
          path: path,
          reason: "\(path) has the label \(label) in record \(record); \(labelRange(classes: classCount))")
      }
      try reader.read(
        into: UnsafeMutableRawBufferPointer(start: target + record * dataByteCount, count: dataByteCount))
      return Int32(label)
    }
  }
}
