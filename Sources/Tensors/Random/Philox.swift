/// The counter-based random number generator Philox4x32-10.
///
/// A block of four 32-bit numbers is a pure function of a 64-bit key and a 128-bit counter, so any number of a sequence
/// can be computed without the ones before it: dropout masks, shuffles and initial weights do not depend on how the
/// work is divided.
///
/// Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC 2011. The output agrees with
/// the known-answer tests of the authors' Random123 library.
public struct Philox: Sendable {
  /// The two words of the key.
  public let key: SIMD2<UInt32>

  /// Creates the generator whose key is a seed: its low word first.
  public init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The block of four random words at one counter value.
  @inlinable
  public func block(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = UInt64(counter[0]) * 0xD251_1F53
      let second = UInt64(counter[2]) * 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter[1] ^ key[0],
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter[3] ^ key[1],
        UInt32(truncatingIfNeeded: first))
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }
}
