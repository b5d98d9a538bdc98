/// The segments of a JPEG file up to the start of a scan, as libjpeg finds them.
///
/// Bytes between segments are skipped. A segment that extends beyond the end of the file ends the sequence.
struct JPEGSegments: Sequence, IteratorProtocol {
  /// A marker with its bytes.
  struct Segment {
    let marker: UInt8
    let data: ArraySlice<UInt8>

    /// Whether it is one of SOF0 to SOF15, without C4, C8 and CC, which are other segments.
    var isStartOfFrame: Bool { (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker) }

    /// Whether it starts a frame whose scans each have all bits of all coefficients.
    var isSequential: Bool { [0xC0, 0xC1, 0xC9].contains(marker) }

    /// Whether it starts a progressive frame.
    var isProgressive: Bool { [0xC2, 0xC6, 0xCA, 0xCE].contains(marker) }

    /// The number of components of a frame; nil if the segment is too short.
    var componentCount: UInt8? { data.dropFirst(5).first }
  }

  static let application0: UInt8 = 0xE0
  static let application1: UInt8 = 0xE1
  static let application14: UInt8 = 0xEE
  static let huffmanCodes: UInt8 = 0xC4
  static let startOfScan: UInt8 = 0xDA
  static let restartInterval: UInt8 = 0xDD
  /// The offset after the start of the image.
  static let start = 2
  private static let endOfImage: UInt8 = 0xD9

  private let file: [UInt8]
  /// The offset of the next byte; the first two are the start-of-image marker.
  private var position = Self.start
  private var isAtEnd = false

  /// - Parameter file: The file's contents, which may be damaged.
  init(_ file: [UInt8]) {
    self.file = file
  }

  /// The next segment; that of the start of the scan is the last one.
  mutating func next() -> Segment? {
    while let marker = nextMarker() {
      if Self.standsAlone(marker) { continue }
      guard marker != Self.endOfImage, position + 2 <= file.count else { return nil }
      let end = position + Int(file[position]) << 8 + Int(file[position + 1])
      guard end >= position + 2, end <= file.count else { return nil }
      let data = file[position + 2..<end]
      position = end
      isAtEnd = marker == Self.startOfScan
      return Segment(marker: marker, data: data)
    }
    return nil
  }

  /// Continues after the data of a scan.
  ///
  /// - Parameter position: The offset after it.
  mutating func resume(at position: Int) {
    self.position = position
    isAtEnd = false
  }

  /// The byte after the next FF, which may be repeated.
  private mutating func nextMarker() -> UInt8? {
    guard !isAtEnd else { return nil }
    while position + 1 < file.count {
      let (byte, following) = (file[position], file[position + 1])
      position += 1
      // FF 00 is a data byte.
      guard byte == 0xFF, following != 0xFF, following != 0 else { continue }
      position += 1
      return following
    }
    return nil
  }

  /// Whether a file may have restart markers; true if the bytes of the segment that defines them are anywhere in it.
  static func haveRestarts(_ file: [UInt8]) -> Bool {
    zip(file, file.dropFirst()).contains { $0 == 0xFF && $1 == restartInterval }
  }

  /// Whether a marker has no length and no data: TEM and the restart markers.
  private static func standsAlone(_ marker: UInt8) -> Bool {
    marker == 0x01 || (0xD0...0xD7).contains(marker)
  }
}
