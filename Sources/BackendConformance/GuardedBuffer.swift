import Tensors

/// Memory between two guard zones, filled with NaN, so that writing too much and too little both show.
final class GuardedBuffer {
  let byteCount: Int
  private let buffer: AlignedBuffer
  private static let guardByteCount = AlignedBuffer.alignment
  /// In all bytes, this is almost the largest number of every floating-point type: to read it does not go unseen.
  private static let guardByte: UInt8 = 0x7F
  /// In all bytes, this is a NaN in every floating-point type.
  private static let garbageByte: UInt8 = 0xFF

  init(byteCount: Int) throws {
    self.byteCount = byteCount
    buffer = try AlignedBuffer(byteCount: byteCount + 2 * Self.guardByteCount)
    bytes(buffer.baseAddress, buffer.byteCount).initialize(repeating: Self.guardByte)
    fillWithGarbage()
  }

  /// The first byte between the guard zones.
  var address: UnsafeMutableRawPointer { buffer.baseAddress + Self.guardByteCount }

  func fillWithGarbage() {
    bytes(address, byteCount).update(repeating: Self.garbageByte)
  }

  /// Whether nobody has written into the guard zones.
  var isIntact: Bool {
    let before = bytes(buffer.baseAddress, Self.guardByteCount)
    let after = bytes(address + byteCount, Self.guardByteCount)
    return before.allSatisfy { $0 == Self.guardByte } && after.allSatisfy { $0 == Self.guardByte }
  }

  /// The bytes between the guard zones.
  var contents: [UInt8] { Array(bytes(address, byteCount)) }

  /// Whether the bytes between the guard zones are these.
  func holds(_ contents: [UInt8]) -> Bool {
    bytes(address, byteCount).elementsEqual(contents)
  }

  private func bytes(_ start: UnsafeMutableRawPointer, _ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
  }
}
