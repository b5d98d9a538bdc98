import Testing

@testable import Datasets

@Suite("MD5")
struct MD5Tests {
  @Test(
    "gives the digests of RFC 1321",
    arguments: [
      ("", "d41d8cd98f00b204e9800998ecf8427e"),
      ("a", "0cc175b9c0f1b6a831c399e269772661"),
      ("abc", "900150983cd24fb0d6963f7d28e17f72"),
      ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
      ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
      (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "d174ab98d277d9f5a5611c2c9f419d9f"
      ),
      (
        "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
        "57edf4a22be3c955ac49da2e2107b67a"
      ),
    ])
  func testSuite(text: String, digest: String) {
    var md5 = MD5()
    Array(text.utf8).withUnsafeBytes { md5.update($0) }
    #expect(md5.hexadecimalDigest() == digest)
  }

  @Test("does not depend on how the bytes are divided")
  func pieces() {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    func digest(pieceLength: Int) -> String {
      var md5 = MD5()
      for start in stride(from: 0, to: bytes.count, by: pieceLength) {
        Array(bytes[start..<min(start + pieceLength, bytes.count)]).withUnsafeBytes { md5.update($0) }
      }
      return md5.hexadecimalDigest()
    }
    let whole = digest(pieceLength: 300)
    for pieceLength in [1, 55, 56, 63, 64, 65, 128, 200] {
      #expect(digest(pieceLength: pieceLength) == whole)
    }
  }
}
