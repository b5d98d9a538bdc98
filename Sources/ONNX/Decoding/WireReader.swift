/// Iterates over the fields of a Protobuf message without decoding them.
///
/// Source: [the encoding](https://protobuf.dev/programming-guides/encoding/).
struct WireReader {
  private var rest: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) {
    rest = bytes
  }

  /// The next field's number, with its bytes if it is length-delimited; nil at the end or if it is damaged.
  mutating func nextField() -> (field: UInt64, content: UnsafeRawBufferPointer?)? {
    guard let tag = nextVarint() else { return nil }
    var content: UnsafeRawBufferPointer?
    switch tag & 7 {
    case 0: guard nextVarint() != nil else { return nil }
    case 1: guard take(8) != nil else { return nil }
    case 2:
      guard let length = nextVarint(), let bytes = take(length) else { return nil }
      content = bytes
    // The start and end of a group: its fields are counted as the message's own.
    case 3, 4: break
    case 5: guard take(4) != nil else { return nil }
    default: return nil
    }
    return (tag >> 3, content)
  }

  private mutating func nextVarint() -> UInt64? {
    var value: UInt64 = 0
    for (index, byte) in rest.prefix(10).enumerated() {
      value |= UInt64(byte & 0x7F) << UInt64(7 * index)
      guard byte & 0x80 != 0 else {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(index + 1))
        return value
      }
    }
    return nil
  }

  private mutating func take(_ count: UInt64) -> UnsafeRawBufferPointer? {
    guard count <= UInt64(rest.count) else { return nil }
    let taken = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(count)))
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(count)))
    return taken
  }
}
