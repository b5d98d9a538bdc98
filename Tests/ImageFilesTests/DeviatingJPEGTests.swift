import Testing

@testable import ImageFiles

/// JPEG files as some cameras and programs write them, against the letter of the format.
@Suite("JPEG files that deviate")
struct DeviatingJPEGTests {
  private func decode(_ file: [UInt8]) throws -> DecodedImage {
    try ImageFile.decode(file, name: "it.jpg", channels: 3)
  }

  private func failure(_ file: [UInt8]) throws -> ImageFileError {
    try #require(throws: ImageFileError.self) { try decode(file) }
  }

  /// The offset of the first of some bytes.
  private func offset(of bytes: [UInt8], in file: [UInt8]) throws -> Int {
    try #require(file.indices.first { file[$0...].starts(with: bytes) })
  }

  /// Copies of a file with deviations in its header that leave the pixels as they are.
  private func deviations(of file: [UInt8]) throws -> [(name: String, file: [UInt8])] {
    let version = try offset(of: Array("JFIF\0".utf8), in: file) + 5
    let tables = try offset(of: [0xFF, 0xDB], in: file)
    let scan = try offset(of: [0xFF, 0xDA], in: file)
    let selection = scan + 5 + 2 * Int(file[scan + 4])
    var results: [(String, [UInt8])] = []
    func add(_ name: String, _ change: (inout [UInt8]) -> Void) {
      var changed = file
      change(&changed)
      results.append((name, changed))
    }
    add("version") { $0[version] = 2 }
    add("spectral selection") { $0.replaceSubrange(selection..<selection + 3, with: [0, 0, 0]) }
    add("bytes between segments") { $0.insert(contentsOf: [0, 0, 7], at: tables) }
    add("fill bytes") { $0.insert(contentsOf: [0xFF, 0xFF, 0xFF], at: tables) }
    add("bytes before the end") { $0.insert(contentsOf: [0, 0, 0, 0], at: $0.count - 2) }
    add("bytes after the end") { $0 += [1, 2, 3] }
    return results
  }

  @Test("in their headers have the same pixels", arguments: ["colour.jpg", "grey.jpg"])
  func headers(name: String) throws {
    let file = try Fixtures.bytes(name)
    let expected = try decode(file)
    for (deviation, changed) in try deviations(of: file) {
      #expect(try decode(changed) == expected, "\(deviation)")
    }
  }

  @Test("have the color transform that libjpeg assumes where theirs is unknown")
  func transform() throws {
    var file = try Fixtures.bytes("ycck.jpg")
    let expected = try decode(file)
    let transform = try offset(of: Array("Adobe".utf8), in: file) + 11
    #expect(file[transform] == 2)
    file[transform] = 7
    #expect(try decode(file) == expected)
  }

  @Test(
    "and are truncated are damaged, whatever else they deviate in", arguments: ["colour.jpg", "grey.jpg"])
  func truncation(name: String) throws {
    for (deviation, changed) in try deviations(of: Fixtures.bytes(name)) {
      let scan = try offset(of: [0xFF, 0xDA], in: changed)
      let half = Array(changed.prefix(scan + (changed.count - scan) / 2))
      guard case .damaged("it.jpg", _) = try failure(half) else {
        Issue.record("\(deviation): \(try failure(half))")
        continue
      }
    }
  }

  @Test("that end before their image say so, whatever failed before")
  func noImage() throws {
    var lossless = try Fixtures.bytes("grey.jpg")
    lossless[try offset(of: [0xFF, 0xC0], in: lossless) + 1] = 0xC3
    _ = try failure(lossless)
    for file in [[0xFF, 0xD8, 0xFF, 0xD9], [0xFF, 0xD8, 0xFF]] as [[UInt8]] {
      #expect(try failure(file).description.hasSuffix("it ends before its image"))
    }
  }

  @Test("in kinds that are not decoded are unsupported, not damaged")
  func unsupported() throws {
    let file = try Fixtures.bytes("grey.jpg")
    let frame = try offset(of: [0xFF, 0xC0], in: file)
    for (index, byte) in [(1, UInt8(0xC3)), (1, 0xC5), (4, 12)] {
      var changed = file
      changed[frame + index] = byte
      let error = try failure(changed)
      guard case .unsupported("it.jpg", _) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(error.description.contains("8 bits per sample"))
    }
  }
}
