/// The chunks that a PNG file is made of: length, type, data, checksum.
enum PNGChunks {
  private static let colourSpaceTypes = ["gAMA", "cHRM", "sRGB", "iCCP", "cICP"].map { Array($0.utf8) }

  /// The file without the chunks that say how its samples are to be seen.
  ///
  /// libpng's simplified interface would convert the samples accordingly; the usual way of loading training
  /// images takes them as they stand.
  ///
  /// - Parameter file: The file's contents, which may be damaged; from the first damage on nothing is left out.
  /// - Returns: The contents of the file to decode.
  static func withoutColourSpace(_ file: [UInt8]) -> [UInt8] {
    var kept = Array(file.prefix(PNGDecoder.signature.count))
    kept.reserveCapacity(file.count)
    var start = kept.count
    while start + 12 <= file.count {
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - start - 12 else { break }
      let end = start + 12 + length
      if !colourSpaceTypes.contains(Array(file[start + 4..<start + 8])) { kept += file[start..<end] }
      start = end
    }
    return kept + file[start...]
  }
}
