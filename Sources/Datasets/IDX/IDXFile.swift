import Tensors

/// An array of bytes from a file in IDX, the format of MNIST and Fashion-MNIST.
///
/// The format: two zero bytes, the type of the elements (8 for bytes), the number of dimensions, each dimension
/// as a big-endian 32-bit number, then the elements, the last dimension varying fastest.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*, "The IDX file format".
public struct IDXFile: Sendable {
  /// The expected contents of a file.
  public enum Contents: Sendable {
    /// Gray images: N×H×W.
    case images
    /// Labels: N.
    case labels

    var rank: Int { self == .images ? 3 : 1 }
    var name: String { self == .images ? "images (3 dimensions)" : "labels (1 dimension)" }
  }

  /// The dimensions: N×H×W or N.
  public let shape: Shape

  /// The elements, one byte each.
  public let bytes: AlignedBuffer

  /// Reads a file, gzipped or not.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - contents: The expected contents.
  ///   - first: The number of images or labels to read, from the first; all if nil or if there are fewer. The rest
  ///     is neither decompressed nor checked.
  ///   - maximumByteCount: The maximum size of the elements in bytes; nothing is allocated for a file whose header
  ///     declares more.
  /// - Throws: ``DatasetError`` if it is absent, truncated, corrupt or of another format; `OutOfMemory`.
  public init(
    path: String, contents: Contents, first: Int? = nil, maximumByteCount: Int = 1 << 30
  ) throws {
    let reader = try GzipReader(path: path)
    let start = try Self.words(1, from: reader)[0]
    guard start >> 8 == 0x08 else {
      throw DatasetError.damaged(
        path: path, reason: "\(path) is not an IDX file of bytes: it does not start with 00 00 08")
    }
    guard start & 0xFF == UInt32(contents.rank) else {
      throw DatasetError.damaged(
        path: path, reason: Self.mislabeled(path, rank: start & 0xFF, expected: contents))
    }
    let whole = Shape(try Self.words(contents.rank, from: reader).map(Int.init))
    _ = try Self.elementCount(of: whole, path: path, maximum: maximumByteCount)
    shape = whole.withBatch(min(whole[0], max(first ?? whole[0], 1)))
    let byteCount = shape.elementCount
    bytes = try AlignedBuffer(byteCount: byteCount)
    try reader.read(into: UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: byteCount))
    if shape == whole { try reader.requireEnd() }
  }

  private static func words(_ count: Int, from reader: GzipReader) throws -> [UInt32] {
    var words = [UInt32](repeating: 0, count: count)
    try words.withUnsafeMutableBytes { try reader.read(into: $0) }
    return words.map(UInt32.init(bigEndian:))
  }

  private static func mislabeled(_ path: String, rank: UInt32, expected: Contents) -> String {
    let found =
      switch rank {
      case 1: Contents.labels.name
      case 3: Contents.images.name
      default: "an array of \(rank) dimensions"
      }
    return
      "\(path) has \(found), but \(expected.name) are expected; were files renamed by mistake?"
  }

  private static func elementCount(of shape: Shape, path: String, maximum: Int) throws -> Int {
    var count = 1
    for extent in shape.extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= maximum else {
        throw DatasetError.tooLarge(
          path: path, reason: "\(path) declares \(shape) bytes; the limit is \(maximum)")
      }
      count = product
    }
    guard count > 0 else {
      throw DatasetError.damaged(path: path, reason: "\(path) is empty: it declares \(shape) elements")
    }
    return count
  }
}
