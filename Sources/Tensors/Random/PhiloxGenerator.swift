#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A sequence of random numbers from ``Philox``; each seed has many independent sequences.
///
/// The counter's lower half counts the blocks and its upper half names the sequence by its purpose and index. Dropout
/// uses the rest of the counter space: there the last word is the training step.
public struct PhiloxGenerator: RandomNumberGenerator, Sendable {
  /// The purpose of a sequence of random numbers.
  ///
  /// The raw values are above any training step, so that no two purposes share a number.
  public enum Purpose: UInt32, Sendable {
    case initialization = 0xFFFF_FFFF
    case shuffle = 0xFFFF_FFFE
    case testData = 0xFFFF_FFFD
    case augmentation = 0xFFFF_FFFC
    case split = 0xFFFF_FFFB
  }

  private let philox: Philox
  private let purpose: Purpose
  private let index: UInt32
  private var blockIndex: UInt64 = 0
  private var block = SIMD4<UInt32>()
  private var used = 4

  /// Creates the generator at the start of a sequence.
  ///
  /// - Parameters:
  ///   - seed: The key.
  ///   - purpose: The purpose of the numbers.
  ///   - index: The index of the sequence, such as that of the parameter to initialize or the epoch to shuffle.
  public init(seed: UInt64, purpose: Purpose, index: Int) {
    philox = Philox(seed: seed)
    self.purpose = purpose
    self.index = UInt32(truncatingIfNeeded: index)
  }

  /// Creates the generator of one of many sequences of a purpose and index, each of 2²⁴ blocks.
  ///
  /// - Parameters:
  ///   - seed: The key.
  ///   - purpose: The purpose of the numbers.
  ///   - index: The epoch.
  ///   - stream: The image, below 2³².
  ///   - substream: The use of the image, below 2⁸.
  public init(seed: UInt64, purpose: Purpose, index: Int, stream: Int, substream: Int) {
    self.init(seed: seed, purpose: purpose, index: index)
    blockIndex = UInt64(truncatingIfNeeded: stream) << 32 | UInt64(truncatingIfNeeded: substream & 0xFF) << 24
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      block = philox.block(
        at: SIMD4(
          UInt32(truncatingIfNeeded: blockIndex), UInt32(truncatingIfNeeded: blockIndex >> 32),
          index, purpose.rawValue))
      blockIndex += 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// The next number of the uniform distribution on 0 ..< 1, with 53 random bits.
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// The next whole number, uniform over a range.
  ///
  /// By Lemire's method rather than the standard library's, which may change from one release to the next.
  ///
  /// Source: D. Lemire, *Fast random integer generation in an interval*, ACM TOMACS 29(1), 2019.
  ///
  /// - Parameter range: The range, of fewer than 2⁶³ numbers.
  /// - Returns: The number.
  public mutating func nextInteger(in range: ClosedRange<Int>) -> Int {
    let bound = UInt64(range.upperBound - range.lowerBound) + 1
    let threshold = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return range.lowerBound + Int(product.high) }
    }
  }

  /// The next number of the standard normal distribution, by the Box–Muller transform.
  public mutating func nextNormal() -> Double {
    let radius = (-2 * log(1 - nextUniform())).squareRoot()
    return radius * cos(2 * Double.pi * nextUniform())
  }
}
