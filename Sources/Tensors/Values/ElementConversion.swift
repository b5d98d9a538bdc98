// The conversions are made on the bits, because Swift's Float16 is not available on every platform.

extension Float {
  /// The value of a bfloat16, always exact.
  ///
  /// A bfloat16 is the upper half of a Float: 1 sign bit, 8 of exponent, 7 of fraction.
  ///
  /// - Parameter bits: The bits of the bfloat16.
  @inlinable
  package init(bfloat16Bits bits: UInt16) {
    self.init(bitPattern: UInt32(bits) << 16)
  }

  /// The bits of the nearest bfloat16; ties go to even.
  ///
  /// Numbers beyond the largest bfloat16 become infinite, and NaN stays NaN.
  @inlinable
  package var bfloat16Bits: UInt16 {
    // Branch-free, so that a loop can be vectorized. Rounding could turn a NaN into infinity; the quiet bit keeps it a
    // NaN.
    let bits = bitPattern
    let rounded = bits &+ 0x7FFF &+ (bits >> 16 & 1)
    return UInt16(truncatingIfNeeded: (isNaN ? bits | 0x0040_0000 : rounded) >> 16)
  }

  /// The value of an IEEE 754 binary16, always exact.
  ///
  /// A binary16 has 1 sign bit, 5 of exponent and 10 of fraction.
  ///
  /// - Parameter bits: The bits of the binary16.
  @inlinable
  package init(float16Bits bits: UInt16) {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x03FF)
    switch exponent {
    case 0:
      // Zero and the subnormal numbers are multiples of the smallest of them.
      let magnitude = Float(fraction) * 0x1p-24
      self.init(bitPattern: sign | magnitude.bitPattern)
    case 0x1F:
      self.init(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default:
      let rebiased = exponent + 127 - 15
      self.init(bitPattern: sign | rebiased << 23 | fraction << 13)
    }
  }
}
