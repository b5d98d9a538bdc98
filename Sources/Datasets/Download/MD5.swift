#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The MD5 digest of bytes, computed incrementally.
///
/// Fashion-MNIST is published with MD5 sums. It is implemented here because an MD5 package would take
/// longer to build than all of this one. It detects damage in transfer, not forgery.
///
/// Source: R. Rivest, *The MD5 message-digest algorithm*, RFC 1321.
package struct MD5 {
  private var state = SIMD4<UInt32>(0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476)
  private var block: [UInt8] = []
  private var byteCount: UInt64 = 0

  private static let shifts: [[UInt32]] = [
    [7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21],
  ]
  private static let sines = (1...64).map { UInt32(abs(sin(Double($0))) * 0x1p32) }

  /// Begins a digest.
  package init() {}

  /// Adds bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !block.isEmpty {
      let missing = rest.prefix(64 - block.count)
      block += missing
      rest = rest.dropFirst(missing.count)
      guard block.count == 64 else { return }
      block.withUnsafeBytes { Self.mix($0, into: &state) }
      block.removeAll(keepingCapacity: true)
    }
    while rest.count >= 64 {
      Self.mix(UnsafeRawBufferPointer(rebasing: rest.prefix(64)), into: &state)
      rest = rest.dropFirst(64)
    }
    block += rest
  }

  /// The digest of all bytes so far, as 32 hexadecimal digits.
  package func hexadecimalDigest() -> String {
    var copy = self
    let padding = [0x80] + [UInt8](repeating: 0, count: Int((119 &- byteCount % 64) % 64))
    padding.withUnsafeBytes { copy.update($0) }
    withUnsafeBytes(of: (byteCount &* 8).littleEndian) { copy.update($0) }
    return (0..<16).map { index in
      let byte = copy.state[index / 4] >> (8 * UInt32(index % 4)) & 0xFF
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private static func mix(_ block: UnsafeRawBufferPointer, into state: inout SIMD4<UInt32>) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    for step in 0..<64 {
      let mixed: UInt32
      let word: Int
      switch step / 16 {
      case 0: (mixed, word) = (b & c | ~b & d, step)
      case 1: (mixed, word) = (d & b | ~d & c, (5 * step + 1) % 16)
      case 2: (mixed, word) = (b ^ c ^ d, (3 * step + 5) % 16)
      default: (mixed, word) = (c ^ (b | ~d), 7 * step % 16)
      }
      let input = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4 * word, as: UInt32.self))
      let sum = a &+ mixed &+ sines[step] &+ input
      let shift = shifts[step / 16][step % 4]
      (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
    }
    state &+= SIMD4(a, b, c, d)
  }
}

extension MD5 {
  /// The digest of a file's contents, as 32 hexadecimal digits.
  ///
  /// - Throws: ``DatasetError`` if the file cannot be read.
  package static func hexadecimalDigest(ofFile path: String) throws -> String {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw DatasetError.unreadable(
        path: path, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw DatasetError.notRegularFile(path: path, reason: "\(path) is not a regular file")
    }
    var digest = MD5()
    try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      while true {
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
          throw DatasetError.unreadable(
            path: path, reason: "\(path) cannot be read: \(SystemFile.lastReason)")
        }
        guard count > 0 else { return }
        digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    return digest.hexadecimalDigest()
  }
}
