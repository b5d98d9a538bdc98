/// Extra bytes between the image's data and the next marker of a JPEG file.
///
/// libjpeg skips them with a warning, and the pixels are as they should be; but it reports only the first warning, which
/// would hide that other data is missing. The data itself shows where it ends: the number of units until each marker is
/// known.
enum JPEGSurplus {
  /// A file without such bytes.
  ///
  /// - Parameter file: The file's contents.
  /// - Returns: Nil if data is missing or damaged, or the file is neither a sequential nor a progressive one with Huffman
  ///   codes.
  static func removed(from file: [UInt8]) -> [UInt8]? {
    var reader = Reader(file)
    guard (try? reader.readScans()) != nil else { return nil }
    return reader.result
  }

  private struct Reader {
    /// The limit of TurboJPEG; a scan of few bytes can have as many units as any other.
    private static let maximumScanCount = 500

    private let file: [UInt8]
    private var segments: JPEGSegments
    private var codes: [UInt8: HuffmanCode] = [:]
    private var frame: JPEGFrame?
    private var blocks: JPEGBlocks?
    /// The number of units between two restart markers; 0 if there are none.
    private var interval = 0
    private var scanCount = 0
    private var kept: [UInt8] = []
    /// The offset up to which the file has been kept or removed.
    private var position = 0

    init(_ file: [UInt8]) {
      self.file = file
      segments = JPEGSegments(file)
    }

    var result: [UInt8] { kept + file[position...] }

    mutating func readScans() throws {
      while let segment = segments.next() {
        switch segment.marker {
        case JPEGSegments.huffmanCodes:
          guard let more = HuffmanCode.codes(in: segment.data) else { throw JPEGBits.Incomplete() }
          codes.merge(more) { $1 }
        case JPEGSegments.restartInterval:
          interval = segment.data.prefix(2).reduce(0) { $0 << 8 + Int($1) }
        case JPEGSegments.startOfScan: try readScan(segment.data)
        default:
          guard segment.isStartOfFrame else { continue }
          guard frame == nil else { throw JPEGBits.Incomplete() }
          frame = JPEGFrame(segment)
          blocks = frame.map { JPEGBlocks(of: $0) }
        }
      }
    }

    private mutating func readScan(_ header: ArraySlice<UInt8>) throws {
      scanCount += 1
      guard scanCount <= Self.maximumScanCount, let frame,
        let scan = JPEGScan(header, frame: frame, codes: codes)
      else { throw JPEGBits.Incomplete() }
      let count = frame.unitCount(of: scan)
      guard count > 0 else { throw JPEGBits.Incomplete() }
      let step = interval == 0 ? count : interval
      var start = header.endIndex
      for (index, first) in stride(from: 0, to: count, by: step).enumerated() {
        if index > 0 { start = try restart(index - 1) }
        var bits = JPEGBits(file, at: start)
        try blocks?.read(first..<min(first + step, count), of: scan, count: count, &bits)
        try removeBytes(from: bits.position)
      }
      segments.resume(at: position)
    }

    /// The offset after a restart marker, which must be the next one.
    private func restart(_ index: Int) throws -> Int {
      let code = file[position...].firstIndex { $0 != 0xFF } ?? file.endIndex
      guard code < file.endIndex, Int(file[code]) == 0xD0 + index % 8 else { throw JPEGBits.Incomplete() }
      return code + 1
    }

    /// Removes the bytes before the next marker, which may start with any number of FF.
    private mutating func removeBytes(from end: Int) throws {
      kept += file[position..<end]
      position = end
      while true {
        guard let marker = file[position...].firstIndex(of: 0xFF),
          let code = file[marker...].firstIndex(where: { $0 != 0xFF })
        else { throw JPEGBits.Incomplete() }
        guard file[code] == 0 else {
          position = marker
          return
        }
        position = code + 1
      }
    }
  }
}
