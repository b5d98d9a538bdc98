/// Baseline JPEG files whose blocks have no coefficients, so that all their samples are 128.
enum EvenJPEG {
  /// Makes a file.
  ///
  /// - Parameters:
  ///   - width: Pixels of a row.
  ///   - height: Rows.
  ///   - sampling: The sampling factors of each component, horizontal and vertical.
  /// - Returns: The file's contents.
  static func file(width: Int, height: Int, sampling: [(Int, Int)] = [(1, 1)]) -> [UInt8] {
    let size = [height, width].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let identifiers = sampling.indices.map { UInt8($0 + 1) }
    let components = zip(identifiers, sampling).flatMap { identifier, factors -> [UInt8] in
      [identifier, UInt8(factors.0 << 4 | factors.1), 0]
    }
    // One code of one bit, for the value 0.
    let code: [UInt8] = [1] + Array(repeating: 0, count: 16)
    var file: [UInt8] = [0xFF, 0xD8]
    file += segment(0xDB, [0] + Array(repeating: 1, count: 64))
    file += segment(0xC0, [8] + size + [UInt8(sampling.count)] + components)
    file += segment(0xC4, [0x00] + code) + segment(0xC4, [0x10] + code)
    let tables = identifiers.flatMap { [$0, 0] as [UInt8] }
    file += segment(0xDA, [UInt8(sampling.count)] + tables + [0, 63, 0])
    // Each block is coded in two bits that are 0: no difference, and no further coefficients.
    let blockCount = blockCount(width: width, height: height, sampling: sampling)
    file += Array(repeating: 0, count: (2 * blockCount + 7) / 8)
    return file + [0xFF, 0xD9]
  }

  private static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)] + data
  }

  /// The blocks of all units, each of which has a square of 8×8 samples for each factor of each component.
  private static func blockCount(width: Int, height: Int, sampling: [(Int, Int)]) -> Int {
    let unitWidth = 8 * (sampling.map(\.0).max() ?? 1)
    let unitHeight = 8 * (sampling.map(\.1).max() ?? 1)
    let unitCount = (width + unitWidth - 1) / unitWidth * ((height + unitHeight - 1) / unitHeight)
    return unitCount * sampling.reduce(0) { $0 + $1.0 * $1.1 }
  }
}
