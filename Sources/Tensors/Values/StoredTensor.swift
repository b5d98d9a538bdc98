#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The shape and element type of a tensor in a file; checked against the file's size.
package struct StoredTensor: Sendable {
  /// The most axes a tensor may have, which is also numpy's limit.
  package static let maximumRank = 64

  package let shape: Shape
  let elementType: ElementType
  package let elementCount: Int
  package let byteCount: Int

  /// Creates the description of a stored tensor.
  ///
  /// It is nil if an extent is negative, there are too many of them, or their product cannot be counted.
  ///
  /// - Parameters:
  ///   - extents: The extents as a file gives them.
  ///   - elementType: The type of the elements.
  package init?(extents: [Int], elementType: ElementType) {
    guard extents.count <= Self.maximumRank, extents.allSatisfy({ $0 >= 0 }) else { return nil }
    // Empty axes count as one here, so that no product of some of the extents can overflow either.
    var bytesWithoutEmptyAxes = elementType.byteCount
    for extent in extents {
      let (product, overflow) = bytesWithoutEmptyAxes.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow else { return nil }
      bytesWithoutEmptyAxes = product
    }
    shape = Shape(extents)
    self.elementType = elementType
    byteCount = extents.contains(0) ? 0 : bytesWithoutEmptyAxes
    elementCount = byteCount / elementType.byteCount
  }

  /// Reads the elements in the order of the file.
  ///
  /// - Parameters:
  ///   - file: The file, which must hold ``byteCount`` bytes from the offset.
  ///   - offset: The offset of the first element in the file.
  ///   - subject: The name of the tensor in errors.
  ///   - isBigEndian: Whether the most significant byte of an element comes first.
  /// - Returns: The elements, converted.
  /// - Throws: ``FileError`` if the file cannot be read, the elements cannot be converted, or there are more of them
  ///   than memory holds.
  func elements<Scalar: TensorScalar>(
    of file: RandomAccessFile, at offset: Int, subject: String, isBigEndian: Bool = false
  ) throws -> [Scalar] {
    try checkMemory(elementSize: MemoryLayout<Scalar>.size, file: file, subject: subject)
    guard elementType != Scalar.elementType else {
      return try Array(unsafeUninitializedCapacity: elementCount) { buffer, initialized in
        let bytes = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<byteCount])
        try file.read(into: bytes, at: offset)
        if isBigEndian { reverseBytes(of: bytes, elementSize: elementType.byteCount) }
        initialized = elementCount
      }
    }
    var elements: [Scalar] = []
    elements.reserveCapacity(elementCount)
    let pieceSize = 1 << 20
    for start in stride(from: 0, to: byteCount, by: pieceSize) {
      var piece = try file.bytes(count: min(pieceSize, byteCount - start), at: offset + start)
      if isBigEndian {
        piece.withUnsafeMutableBytes { reverseBytes(of: $0, elementSize: elementType.byteCount) }
      }
      let converted = piece.withUnsafeBytes {
        Scalar.append(converting: $0, of: elementType, to: &elements)
      }
      guard converted else {
        throw FileError(
          path: file.path,
          problem: .unsupported(
            reason:
              "cannot be read: \(subject) holds \(elementType.rawValue) numbers that \(Scalar.elementType.rawValue) cannot represent"
          ))
      }
    }
    return elements
  }

  /// A sparse file may claim more than the machine could ever hold.
  private func checkMemory(elementSize: Int, file: RandomAccessFile, subject: String) throws {
    let (needed, overflow) = elementCount.multipliedReportingOverflow(by: elementSize)
    let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    guard !overflow, needed <= memory else {
      throw FileError(
        path: file.path,
        problem: .tooLarge(
          reason: "cannot be read: \(subject) (\(shape)) needs more memory than this machine has"))
    }
  }
}
