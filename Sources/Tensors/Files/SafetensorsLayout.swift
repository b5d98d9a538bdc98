/// The offsets of the tensors of a safetensors file: its header, checked for consistency and against the file's size.
struct SafetensorsLayout {
  /// A tensor and where in the file it begins.
  struct Located: Sendable {
    let stored: StoredTensor
    let offset: Int
    /// The type as the format names it.
    let dtype: String

    /// Whether its elements can be read; a file may contain others as long as they are not read.
    var isReadable: Bool { Safetensors.elementTypes[dtype] != nil }
  }

  /// The names in the order of the file.
  let names: [String]
  let tensors: [String: Located]

  /// Checks a header and finds the offsets of its tensors.
  ///
  /// - Parameters:
  ///   - header: The decoded header.
  ///   - dataStart: The offset of the data in the file.
  ///   - fileSize: The file's size in bytes.
  /// - Throws: ``SafetensorsHeader/Malformed`` if the description of a tensor is invalid, or the tensors do not fill
  ///   the data exactly.
  init(_ header: SafetensorsHeader, dataStart: Int, fileSize: Int) throws {
    // An empty tensor shares its offset with another one, so ties are broken by the end and the name.
    let inOrder = header.entries.sorted { first, second in
      let (left, right) = (first.value.dataOffsets, second.value.dataOffsets)
      return left == right ? first.key < second.key : left.lexicographicallyPrecedes(right)
    }
    var tensors: [String: Located] = [:]
    var end = 0
    for (name, entry) in inOrder {
      let stored = try Self.stored(name, entry)
      guard entry.dataOffsets[0] == end else {
        let fault = entry.dataOffsets[0] < end ? "overlaps another one" : "leaves a gap before it"
        throw SafetensorsHeader.Malformed(problem: "is damaged: its tensor \(name.quoted) \(fault)")
      }
      end = entry.dataOffsets[1]
      guard end <= fileSize - dataStart else {
        throw SafetensorsHeader.Malformed(
          problem: "is truncated: its tensor \(name.quoted) ends beyond the end of the file")
      }
      tensors[name] = Located(
        stored: stored, offset: dataStart + entry.dataOffsets[0], dtype: entry.dtype)
    }
    guard end == fileSize - dataStart else {
      throw SafetensorsHeader.Malformed(
        problem: "has \(counted(fileSize - dataStart - end, "byte")) at its end that belong to no tensor")
    }
    names = inOrder.map(\.key)
    self.tensors = tensors
  }

  /// Checks one tensor without regard to the others.
  private static func stored(_ name: String, _ entry: SafetensorsHeader.Entry) throws -> StoredTensor {
    func malformed(_ problem: String) -> SafetensorsHeader.Malformed {
      SafetensorsHeader.Malformed(problem: "is damaged: its tensor \(name.quoted) \(problem)")
    }
    let bits = Safetensors.narrowTypes[entry.dtype]
    let known = Safetensors.elementTypes[entry.dtype] ?? Safetensors.otherTypes[entry.dtype]
    guard let elementType = known ?? bits.map({ _ in .uint8 }) else {
      throw malformed("has elements of type \(entry.dtype.quoted), which is unknown")
    }
    guard let stored = StoredTensor(extents: entry.shape, elementType: elementType) else {
      throw malformed("has a negative extent, too many extents or too many elements")
    }
    let offsets = entry.dataOffsets
    guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0] else {
      throw malformed("has invalid data_offsets")
    }
    // Whole groups of eight first, so that nothing overflows.
    let needed = bits.map { stored.elementCount / 8 * $0 + (stored.elementCount % 8 * $0 + 7) / 8 }
    guard offsets[1] - offsets[0] == needed ?? stored.byteCount else {
      throw malformed(
        "of \(stored.shape) \(entry.dtype) needs \(needed ?? stored.byteCount) bytes, not "
          + "\(offsets[1] - offsets[0])")
    }
    return stored
  }
}
