import Testing

@testable import ImageFiles

@Suite("EXIF")
struct EXIFTests {
  private static let header = Array("Exif\0\0".utf8)

  /// One entry of a directory, for one value that stands in it.
  private struct Entry {
    var tag = 0x0112
    var type = 3
    var count = 1
    var value: Int
  }

  private func number(_ number: Int, _ byteCount: Int, isLittleEndian: Bool) -> [UInt8] {
    let digits = (0..<byteCount).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    return isLittleEndian ? digits : digits.reversed()
  }

  private func tiff(
    _ entries: [Entry], isLittleEndian: Bool = true, directory: Int = 8, announced: Int? = nil
  ) -> [UInt8] {
    let write = { self.number($0, $1, isLittleEndian: isLittleEndian) }
    var bytes = Array((isLittleEndian ? "II" : "MM").utf8) + write(42, 2) + write(directory, 4)
    bytes += write(announced ?? entries.count, 2)
    for entry in entries {
      let value = entry.type == 3 ? write(entry.value, 2) + [0, 0] : write(entry.value, 4)
      bytes += write(entry.tag, 2) + write(entry.type, 2) + write(entry.count, 4) + value
    }
    return bytes + write(0, 4)
  }

  private func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xFF, marker] + number(data.count + 2, 2, isLittleEndian: false) + data
  }

  /// The beginning of a JPEG file up to its scan.
  private func jpeg(_ segments: [UInt8]...) -> [UInt8] {
    [0xFF, 0xD8] + segments.flatMap { $0 } + segment(0xDA, [1, 1, 0, 0, 63, 0])
  }

  private func orientation(_ structure: [UInt8]) -> Orientation {
    EXIF.orientation(ofJPEG: jpeg(segment(0xE1, Self.header + structure)))
  }

  @Test("is read in both byte orders, as a short or a long number", arguments: 1...8)
  func values(number: Int) {
    for isLittleEndian in [true, false] {
      for type in [3, 4] {
        let entries = [Entry(tag: 0x010F, value: 5), Entry(type: type, value: number)]
        #expect(orientation(tiff(entries, isLittleEndian: isLittleEndian)).rawValue == number)
      }
    }
  }

  @Test("is found after other segments, fill bytes and bytes between segments")
  func segments() {
    let exif = segment(0xE1, Self.header + tiff([Entry(value: 6)]))
    let other = segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8))
    #expect(EXIF.orientation(ofJPEG: jpeg(segment(0xE0, [1, 2]), other, exif)) == .rotatedLeft)
    #expect(EXIF.orientation(ofJPEG: jpeg([0xFF, 0xFF], exif)) == .rotatedLeft)
    #expect(EXIF.orientation(ofJPEG: jpeg([0, 7, 0xFF, 0, 0xFF, 0x01], exif)) == .rotatedLeft)
    // Behind the start of the scan there is image data, whatever it looks like.
    #expect(EXIF.orientation(ofJPEG: jpeg() + exif) == .upright)
    #expect(EXIF.orientation(ofJPEG: jpeg(other)) == .upright)
  }

  @Test("of several tags the last one holds, as in Pillow; of several segments the first")
  func duplicates() {
    #expect(orientation(tiff([Entry(value: 3), Entry(value: 8)])) == .rotatedRight)
    let segments = [3, 8].flatMap { segment(0xE1, Self.header + tiff([Entry(value: $0)])) }
    #expect(EXIF.orientation(ofJPEG: jpeg(segments)) == .upsideDown)
  }

  @Test("that is damaged is ignored")
  func damage() {
    let good = tiff([Entry(value: 6)])
    #expect(orientation(good) == .rotatedLeft)
    for value in [0, 9, 0xFFFF] { #expect(orientation(tiff([Entry(value: value)])) == .upright) }
    for directory in [0, 4, 1000, 0x7FFF_FFFF, 0xFFFF_FFFF] {
      #expect(orientation(tiff([Entry(value: 6)], directory: directory)) == .upright)
    }
    #expect(orientation(tiff([Entry(type: 2, value: 6)])) == .upright)
    #expect(orientation(tiff([Entry(count: 7, value: 6)])) == .upright)
    #expect(orientation(tiff([], announced: 0xFFFF)) == .upright)
    // All that is there is read of a directory that announces more.
    #expect(orientation(tiff([Entry(value: 6)], announced: 0xFFFF)) == .rotatedLeft)
    #expect(orientation(Array("XX".utf8) + good.dropFirst(2)) == .upright)
    #expect(orientation([]) == .upright)
    // The tag and its value end before the 4 bytes of the next directory's offset and the 2 that fill the value up.
    for count in 0..<good.count - 6 { #expect(orientation(Array(good.prefix(count))) == .upright) }
  }

  @Test("in a segment that reaches beyond the file is ignored, wherever the file is cut")
  func truncation() {
    let whole = jpeg(segment(0xE1, Self.header + tiff([Entry(value: 6)])))
    let end = whole.count - segment(0xDA, [1, 1, 0, 0, 63, 0]).count
    for count in 2..<end { #expect(EXIF.orientation(ofJPEG: Array(whole.prefix(count))) == .upright) }
    #expect(EXIF.orientation(ofJPEG: Array(whole.prefix(end))) == .rotatedLeft)
  }

  @Test("changed bytes never cause a trap")
  func noise() {
    let files = [
      jpeg(segment(0xE1, Self.header + tiff([Entry(value: 6), Entry(value: 3)]))),
      png([chunk("eXIf", tiff([Entry(value: 6)], isLittleEndian: false)), chunk("IEND", [])]),
    ]
    var state = UInt64(1)
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for file in files {
      for _ in 0..<20_000 {
        var bytes = file
        for _ in 0...next(6) { bytes[next(bytes.count)] = UInt8(next(256)) }
        let cut = Array(bytes.prefix(next(bytes.count + 1)))
        #expect((1...8).contains(EXIF.orientation(ofJPEG: cut).rawValue))
        #expect((1...8).contains(EXIF.orientation(ofPNG: cut).rawValue))
      }
    }
  }

  // MARK: PNG

  private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    number(data.count, 4, isLittleEndian: false) + Array(type.utf8) + data + [0, 0, 0, 0]
  }

  private func png(_ chunks: [[UInt8]]) -> [UInt8] { PNGDecoder.signature + chunks.flatMap { $0 } }

  @Test("is found in PNG's chunk before and after the pixels, with JPEG's header too")
  func pngChunks() {
    let (header, pixels) = (chunk("IHDR", Array(repeating: 0, count: 13)), chunk("IDAT", [1, 2, 3]))
    let structure = tiff([Entry(value: 8)], isLittleEndian: false)
    for data in [structure, Self.header + structure] {
      let exif = chunk("eXIf", data)
      #expect(EXIF.orientation(ofPNG: png([header, exif, pixels])) == .rotatedRight)
      #expect(EXIF.orientation(ofPNG: png([header, pixels, exif])) == .rotatedRight)
    }
    #expect(EXIF.orientation(ofPNG: png([header, pixels])) == .upright)
    #expect(EXIF.orientation(ofPNG: png([header, chunk("eXIf", [])])) == .upright)
    let beyond = [0xFF, 0xFF, 0xFF, 0xFF] + Array("eXIf".utf8) + structure + [0, 0, 0, 0]
    #expect(EXIF.orientation(ofPNG: png([header, beyond])) == .upright)
  }
}
