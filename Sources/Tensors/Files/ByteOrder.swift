/// Reverses the bytes of each element, which makes big-endian numbers little-endian.
///
/// - Parameters:
///   - bytes: The elements.
///   - size: Bytes of an element.
func reverseBytes(of bytes: UnsafeMutableRawBufferPointer, elementSize size: Int) {
  guard size > 1 else { return }
  for start in stride(from: 0, to: bytes.count, by: size) {
    for offset in 0..<size / 2 { bytes.swapAt(start + offset, start + size - 1 - offset) }
  }
}
