import Testing

@testable import ImageFiles

/// Bytes between the data and the next marker, which libjpeg skips with a warning.
@Suite("JPEG files with extra bytes")
struct ExtraJPEGBytesTests {
  private func decode(_ file: [UInt8]) throws -> DecodedImage {
    try ImageFile.decode(file, name: "it.jpg", channels: 3)
  }

  /// The start of a file of eight blocks with a restart marker after each.
  private func headerWithRestarts() throws -> [UInt8] {
    let file = EvenJPEG.file(width: 64, height: 8)
    let scan = try #require(file.indices.first { file[$0...].starts(with: [0xFF, 0xDA]) })
    return Array(file[..<scan]) + [0xFF, 0xDD, 0, 4, 0, 1] + Array(file[scan..<scan + 10])
  }

  private let blocks: [[UInt8]] = (0..<8).map { [0x00, 0xFF, UInt8(0xD0 + $0)] }
  private let extra = [UInt8](repeating: 0, count: 40)
  private let end: [UInt8] = [0xFF, 0xD9]

  @Test("before restart markers have the same pixels")
  func extraBytesBeforeRestarts() throws {
    let header = try headerWithRestarts()
    let whole = try decode(header + blocks.joined().dropLast(2) + end)
    #expect(whole.pixels.allSatisfy { $0 == 128 })
    for places in [[0], [6], [1, 2, 5], [7], Array(0..<8)] {
      let data = blocks.enumerated().flatMap { index, block in
        block.prefix(1) + (places.contains(index) ? extra : []) + block.suffix(2)
      }
      #expect(try decode(header + data.dropLast(2) + end) == whole, "\(places)")
    }
  }

  @Test(
    "after the data of each scan have the same pixels",
    arguments: ["colour.jpg", "grey.jpg", "progressive.jpg", "cmyk.jpg", "ycck.jpg"])
  func extraBytesAfterScans(name: String) throws {
    let file = try Fixtures.bytes(name)
    let ends = dataEnds(of: file)
    #expect((ends.count > 1) == (name == "progressive.jpg"))
    for extra in [[0], [0, 1, 0xFF, 0, 7], extra, [0xFF, 0] + extra] as [[UInt8]] {
      var changed = file
      for end in ends.reversed() { changed.insert(contentsOf: extra, at: end) }
      #expect(try decode(changed) == decode(file))
      #expect(JPEGSurplus.removed(from: changed) == file)
    }
  }

  /// The offsets of the markers that follow entropy-coded data.
  private func dataEnds(of file: [UInt8]) -> [Int] {
    var segments = JPEGSegments(file)
    var ends: [Int] = []
    while let segment = segments.next() {
      guard segment.marker == JPEGSegments.startOfScan else { continue }
      guard
        let end = file.indices[segment.data.endIndex...].first(where: {
          file[$0] == 0xFF && file[($0 + 1)...].first != 0
        })
      else { break }
      ends.append(end)
      segments.resume(at: end)
    }
    return ends
  }

  @Test(
    "and damage are searched for the end of their data without a trap",
    arguments: ["colour.jpg", "grey.jpg", "progressive.jpg"])
  func damagedData(name: String) throws {
    let file = try Fixtures.bytes(name)
    for count in file.indices { _ = JPEGSurplus.removed(from: Array(file.prefix(count))) }
    for index in file.indices {
      for byte in [0, 0x11, 0x7F, 0xFF] as [UInt8] {
        var changed = file
        changed[index] = byte
        // What is left is never more than there was.
        #expect(JPEGSurplus.removed(from: changed).map { $0.count <= file.count } ?? true)
      }
    }
  }

  /// The decoder reports only the first warning: of the extra bytes, not of the missing ones.
  @Test("within the image do not hide that it is truncated")
  func hiddenTruncation() throws {
    let header = try headerWithRestarts()
    let first = [0x00] + extra + [0xFF, 0xD0]
    let parts: [[[UInt8]]] = [
      [first, blocks[1], blocks[2]],
      // Where a restart marker is expected, the image ends.
      [[0x00], extra, end],
      [blocks[0], blocks[1], blocks[2], [0x00], extra, end],
      // One of the blocks is missing, with its marker.
      [first] + blocks[2...6] + [[0x00], end],
    ]
    for truncated in parts.map({ header + $0.joined() }) {
      let error = try #require(throws: ImageFileError.self) { try decode(truncated) }
      guard case .damaged = error else {
        Issue.record("\(error)")
        continue
      }
    }
  }
}
