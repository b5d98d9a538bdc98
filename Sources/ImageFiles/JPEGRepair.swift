/// Corrects deviations in a JPEG file's header that libjpeg warns of but that leave the pixels as they are.
///
/// libjpeg reports only the first warning of a file, so a harmless one would hide that the file is truncated. Without
/// the harmless ones every warning means damage.
enum JPEGRepair {
  private static let jfif = Array("JFIF\0".utf8)
  private static let adobe = Array("Adobe".utf8)

  /// A file with a corrected header.
  ///
  /// - Bytes between segments are removed.
  /// - The major version of JFIF becomes 1.
  /// - An unknown color transform in Adobe's segment becomes the one that libjpeg assumes.
  /// - The spectral selection of a sequential scan, which some cameras leave zero, covers all coefficients.
  ///
  /// Sources: *JPEG File Interchange Format*, version 1.02; ITU-T T.81, B.2.3 and table B.3; Adobe Technical Note 5116.
  ///
  /// - Parameter file: The file's contents, which may be damaged.
  /// - Returns: The same bytes if there is nothing to correct.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    let frame = JPEGSegments(file).first(where: \.isStartOfFrame)
    var header = Array(file.prefix(JPEGSegments.start))
    var end = header.count
    for segment in JPEGSegments(file) {
      let lengthStart = segment.data.startIndex - 2
      header += [0xFF, segment.marker] + file[lengthStart..<segment.data.startIndex]
      header += corrected(segment, frame: frame)
      end = segment.data.endIndex
    }
    return file.starts(with: header) ? file : header + file[end...]
  }

  private static func corrected(
    _ segment: JPEGSegments.Segment, frame: JPEGSegments.Segment?
  ) -> [UInt8] {
    var data = Array(segment.data)
    switch segment.marker {
    case JPEGSegments.application0 where data.count >= 14 && data.starts(with: jfif):
      data[5] = 1
    case JPEGSegments.application14 where data.count >= 12 && data.starts(with: adobe):
      data[11] = transform(data[11], componentCount: frame?.componentCount)
    case JPEGSegments.startOfScan where frame?.isSequential == true && data.count == 4 + 2 * Int(data[0]):
      data.replaceSubrange((data.count - 3)..., with: [0, 63, 0])
    default: break
    }
    return data
  }

  /// Adobe's color transform: 0 for none, 1 for YCbCr, 2 for YCCK.
  private static func transform(_ stored: UInt8, componentCount: UInt8?) -> UInt8 {
    switch componentCount {
    case 3 where stored > 1: 1
    case 4 where stored != 0: 2
    default: stored
    }
  }
}
