/// Finds the orientation tag in the metadata that cameras write.
///
/// Damaged metadata is ignored; the image then counts as upright.
///
/// Source: CIPA DC-008, *Exchangeable image file format for digital still cameras*, sections 4.5.2 and 4.6.
enum EXIF {
  private static let header = Array("Exif\0\0".utf8)
  private static let orientationTag = 0x0112
  private static let shortType = 3
  private static let longType = 4

  /// The orientation of a JPEG file: that of its first APP1 segment with EXIF, which other APP1 segments may precede.
  static func orientation(ofJPEG file: [UInt8]) -> Orientation {
    let segment = JPEGSegments(file).first { segment in
      segment.marker == JPEGSegments.application1 && segment.data.starts(with: header)
    }
    return segment.flatMap { orientation(in: $0.data.dropFirst(header.count)) } ?? .upright
  }

  /// The orientation of a PNG file: that of its eXIf chunk, before or after the pixels.
  ///
  /// Source: *Portable Network Graphics Specification (Third Edition)*, 11.3.5.2.
  static func orientation(ofPNG file: [UInt8]) -> Orientation {
    guard let data = PNGChunks.first("eXIf", in: file) else { return .upright }
    // The chunk has no header, but some programs write the one of JPEG files.
    let structure = data.starts(with: header) ? data.dropFirst(header.count) : data
    return orientation(in: structure) ?? .upright
  }

  /// The tag in the first directory of a TIFF structure; if repeated, the last one, as in Pillow.
  private static func orientation(in structure: ArraySlice<UInt8>) -> Orientation? {
    guard let tiff = TIFFBytes(structure), let directory = tiff.long(at: 4),
      let entryCount = tiff.short(at: directory)
    else { return nil }
    var orientation: Orientation?
    for entry in 0..<entryCount {
      let start = directory + 2 + 12 * entry
      // The directory may declare more entries than the file has.
      guard let tag = tiff.short(at: start) else { break }
      guard tag == orientationTag, tiff.long(at: start + 4) == 1 else { continue }
      orientation = number(in: tiff, type: tiff.short(at: start + 2), at: start + 8).flatMap(Orientation.init)
    }
    return orientation
  }

  /// A value stored in its entry; nil if it does not have an integer type that the tag allows.
  private static func number(in tiff: TIFFBytes, type: Int?, at offset: Int) -> Int? {
    switch type {
    case shortType: tiff.short(at: offset)
    case longType: tiff.long(at: offset)
    default: nil
    }
  }
}
