/// Reads over the coefficients of a JPEG file, to find where the data of a scan ends.
///
/// Sources: ITU-T T.81, F.2.2 for sequential and G.2 for progressive scans.
struct JPEGBlocks {
  private let isProgressive: Bool
  /// The coefficients other than 0 of each block, one bit each, by component; refinements depend on them.
  private var nonZero: [UInt8: [UInt64]] = [:]
  /// The number of blocks that follow without further coefficients in the band.
  private var emptyCount = 0

  init(of frame: JPEGFrame) {
    isProgressive = frame.isProgressive
  }

  /// Reads the units between two restart markers.
  ///
  /// - Parameters:
  ///   - units: Their indices in the scan.
  ///   - scan: The scan.
  ///   - count: The number of all units in the scan.
  ///   - bits: The data.
  /// - Throws: ``JPEGBits/Incomplete`` if the data ends before the last unit or is damaged.
  mutating func read(_ units: Range<Int>, of scan: JPEGScan, count: Int, _ bits: inout JPEGBits) throws {
    emptyCount = 0
    let first = scan.parts[0]
    if isProgressive, scan.start > 0 {
      guard let code = first.alternatingCode else { throw JPEGBits.Incomplete() }
      var blocks = nonZero.removeValue(forKey: first.component.identifier) ?? []
      if blocks.count != count { blocks = Array(repeating: 0, count: count) }
      for unit in units {
        if scan.isRefinement {
          try refine(&blocks[unit], scan, code, &bits)
        } else {
          try readBand(&blocks[unit], scan, code, &bits)
        }
      }
      nonZero[first.component.identifier] = blocks
      return
    }
    for _ in units {
      for part in scan.parts {
        let count = scan.parts.count == 1 ? 1 : part.component.across * part.component.down
        for _ in 0..<count { try readBlock(part, scan, &bits) }
      }
    }
  }

  /// Reads the first coefficient of a block, and in a sequential scan the others.
  private func readBlock(_ part: JPEGScan.Part, _ scan: JPEGScan, _ bits: inout JPEGBits) throws {
    guard !(isProgressive && scan.isRefinement) else {
      _ = try bits.next()
      return
    }
    guard let directCode = part.directCode else { throw JPEGBits.Incomplete() }
    let size = try directCode.value(&bits) & 0xF
    _ = try bits.number(ofBits: size)
    guard !isProgressive else { return }
    guard let code = part.alternatingCode else { throw JPEGBits.Incomplete() }
    var index = 1
    while index < 64 {
      let (zeroCount, size) = try Self.symbol(code, &bits)
      if size == 0, zeroCount != 15 { return }
      _ = try bits.number(ofBits: size)
      index += zeroCount + 1
    }
  }

  /// Reads the first bits of the coefficients of a band.
  private mutating func readBand(
    _ nonZero: inout UInt64, _ scan: JPEGScan, _ code: HuffmanCode, _ bits: inout JPEGBits
  ) throws {
    guard emptyCount == 0 else {
      emptyCount -= 1
      return
    }
    var index = scan.start
    while index <= scan.end {
      let (zeroCount, size) = try Self.symbol(code, &bits)
      if size == 0, zeroCount != 15 {
        emptyCount = try 1 << zeroCount + bits.number(ofBits: zeroCount) - 1
        return
      }
      _ = try bits.number(ofBits: size)
      index += zeroCount
      if size > 0, index < 64 { nonZero |= 1 << UInt64(index) }
      index += 1
    }
  }

  /// Reads a further bit of the coefficients of a band, and those that are new.
  private mutating func refine(
    _ nonZero: inout UInt64, _ scan: JPEGScan, _ code: HuffmanCode, _ bits: inout JPEGBits
  ) throws {
    var index = scan.start
    while emptyCount == 0, index <= scan.end {
      let (zeroCount, size) = try Self.symbol(code, &bits)
      if size == 0, zeroCount != 15 {
        emptyCount = try 1 << zeroCount + bits.number(ofBits: zeroCount)
        break
      }
      // A new coefficient has its sign alone.
      if size > 0 { _ = try bits.next() }
      index = try skip(zeroCount, from: index, nonZero, scan, &bits)
      if size > 0, index < 64 { nonZero |= 1 << UInt64(index) }
      index += 1
    }
    guard emptyCount > 0 else { return }
    _ = try skip(64, from: index, nonZero, scan, &bits)
    emptyCount -= 1
  }

  /// Skips coefficients that are 0, and refines the others on the way.
  ///
  /// - Returns: The index of the next coefficient that is 0, at most the one after the band.
  private func skip(
    _ zeroCount: Int, from start: Int, _ nonZero: UInt64, _ scan: JPEGScan, _ bits: inout JPEGBits
  ) throws -> Int {
    var rest = zeroCount
    var index = start
    while index <= scan.end {
      if nonZero >> UInt64(index) & 1 == 1 {
        _ = try bits.next()
      } else {
        guard rest > 0 else { break }
        rest -= 1
      }
      index += 1
    }
    return index
  }

  /// The number of zeros before a coefficient, and the coefficient's size in bits.
  private static func symbol(
    _ code: HuffmanCode, _ bits: inout JPEGBits
  ) throws -> (zeroCount: Int, size: Int) {
    let value = try code.value(&bits)
    return (value >> 4, value & 0xF)
  }
}
