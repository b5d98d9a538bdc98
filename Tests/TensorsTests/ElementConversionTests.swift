import Tensors
import Testing

@Suite("Element conversion")
struct ElementConversionTests {
  @Test("every bfloat16 becomes a Float and the same bfloat16 again")
  func bfloat16RoundTrip() {
    let changed = (UInt16.min...UInt16.max).filter { bits in
      let number = Float(bfloat16Bits: bits)
      // A signaling NaN is returned as a quiet one.
      return number.bfloat16Bits != (number.isNaN ? bits | 0x40 : bits)
    }
    #expect(changed == [])
  }

  @Test("a Float becomes the nearest bfloat16, ties to even")
  func bfloat16Rounding() {
    #expect(Float(bitPattern: 0x3F80_8000).bfloat16Bits == 0x3F80)
    #expect(Float(bitPattern: 0x3F81_8000).bfloat16Bits == 0x3F82)
    #expect(Float(bitPattern: 0x3F80_8001).bfloat16Bits == 0x3F81)
    #expect(Float(bitPattern: 0x3F80_7FFF).bfloat16Bits == 0x3F80)
    #expect(Float.greatestFiniteMagnitude.bfloat16Bits == 0x7F80)
    #expect((-Float.infinity).bfloat16Bits == 0xFF80)
    #expect((-Float(0)).bfloat16Bits == 0x8000)
  }

  @Test(
    "a NaN whose fraction is in the lost half stays NaN", arguments: [0x7F80_0001, 0xFFFF_FFFF] as [UInt32])
  func bfloat16NaN(_ bits: UInt32) {
    #expect(Float(bfloat16Bits: Float(bitPattern: bits).bfloat16Bits).isNaN)
  }

  @Test("binary16 numbers of every kind become the Float of the same value")
  func float16Values() {
    let known: [(UInt16, Float)] = [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x3555, 0.333251953125), (0x7BFF, 65504),
      (0x0001, 0x1p-24), (0x03FF, 0x3FFp-24), (0x0400, 0x1p-14), (0x8001, -0x1p-24),
      (0x7C00, .infinity), (0xFC00, -.infinity),
    ]
    for (bits, value) in known {
      #expect(Float(float16Bits: bits) == value)
    }
    #expect(Float(float16Bits: 0x8000).sign == .minus)
    #expect(Float(float16Bits: 0x7E00).isNaN)
    #expect(Float(float16Bits: 0x7C01).isNaN)
  }

  @Test("binary16 numbers ascend as their bits do")
  func float16Order() {
    let values = (UInt16(0)...0x7C00).map { Float(float16Bits: $0) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
  }
}
