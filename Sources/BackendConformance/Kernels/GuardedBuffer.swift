import Tensors

/// Memory between two guard zones, filled with NaN, so that writing too much and writing too little both show.
///
/// So does reading too much: the guard zones alternately hold huge numbers and NaN. A huge number shows when it is
/// compared, and NaN when it is multiplied by 0.
final class GuardedBuffer {
  let byteCount: Int
  private let buffer: AlignedBuffer
  private var guardByte = hugeByte
  private static let guardByteCount = AlignedBuffer.alignment
  /// Repeated in all bytes, this is almost the largest number of every floating-point type.
  private static let hugeByte: UInt8 = 0x7F
  /// Repeated in all bytes, this is a NaN in every floating-point type.
  private static let nanByte: UInt8 = 0xFF

  init(byteCount: Int) throws {
    self.byteCount = byteCount
    buffer = try AlignedBuffer(byteCount: byteCount + 2 * Self.guardByteCount)
    bytes(buffer.baseAddress, buffer.byteCount).initialize(repeating: guardByte)
    fillWithGarbage()
  }

  /// The first byte between the guard zones.
  var address: UnsafeMutableRawPointer { buffer.baseAddress + Self.guardByteCount }

  func fillWithGarbage() {
    bytes(address, byteCount).update(repeating: Self.nanByte)
  }

  /// Fills the guard zones with different contents.
  func changeGuard() {
    guardByte = guardByte == Self.hugeByte ? Self.nanByte : Self.hugeByte
    for zone in guardZones { zone.update(repeating: guardByte) }
  }

  /// Whether the guard zones are untouched.
  var isIntact: Bool {
    guardZones.allSatisfy { $0.allSatisfy { $0 == guardByte } }
  }

  /// The bytes between the guard zones.
  var contents: [UInt8] { Array(bytes(address, byteCount)) }

  /// Whether the bytes between the guard zones are these.
  func holds(_ contents: [UInt8]) -> Bool {
    bytes(address, byteCount).elementsEqual(contents)
  }

  private var guardZones: [UnsafeMutableBufferPointer<UInt8>] {
    [buffer.baseAddress, address + byteCount].map { bytes($0, Self.guardByteCount) }
  }

  private func bytes(_ start: UnsafeMutableRawPointer, _ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
  }
}
