import Testing

@testable import TensorBoard

@Suite("CRC32C")
struct ChecksumTests {
  /// Source: RFC 3720, section B.4.
  @Test(
    "gives the RFC's values",
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      (Array(0..<32), 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C),
    ] as [([UInt8], UInt32)])
  func vectors(bytes: [UInt8], check: UInt32) {
    #expect(CRC32C.checksum(bytes) == check)
  }

  @Test("gives the usual check value for the digits, and 0 for no bytes")
  func digits() {
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
  }

  @Test("a record has its length and its content checked")
  func record() {
    let content: [UInt8] = Array("an event".utf8)
    let framed = EventRecord.framed(content)
    #expect(framed.count == content.count + 16)
    #expect(Array(framed[..<8]) == [8, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(framed[12..<20]) == content)
    let mask: UInt32 = 0xA282_EAD8
    func unmasked(_ range: Range<Int>) -> UInt32 {
      let word = framed[range].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } &- mask
      return word << 15 | word >> 17
    }
    #expect(unmasked(8..<12) == CRC32C.checksum(framed[..<8]))
    #expect(unmasked(20..<24) == CRC32C.checksum(content))
  }
}
