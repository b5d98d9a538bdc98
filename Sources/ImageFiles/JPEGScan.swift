/// The components of a JPEG image, with its size in blocks of 8×8 samples.
///
/// Source: ITU-T T.81, A.2 and B.2.2.
struct JPEGFrame {
  struct Component {
    let identifier: UInt8
    /// The sampling factors: the blocks of a unit that has all components.
    let across: Int
    let down: Int
  }

  let isProgressive: Bool
  let components: [Component]
  private let width: Int
  private let height: Int

  /// Reads the start of a frame; nil unless the frame has Huffman codes and its components can be read.
  init?(_ segment: JPEGSegments.Segment) {
    let data = Array(segment.data)
    guard [0xC0, 0xC1, 0xC2].contains(segment.marker), data.count >= 6, data.count == 6 + 3 * Int(data[5])
    else {
      return nil
    }
    isProgressive = segment.isProgressive
    height = Int(data[1]) << 8 + Int(data[2])
    width = Int(data[3]) << 8 + Int(data[4])
    components = stride(from: 6, to: data.count, by: 3).map { start in
      Component(
        identifier: data[start], across: Int(data[start + 1] >> 4), down: Int(data[start + 1] & 0xF))
    }
    guard components.allSatisfy({ (1...4).contains($0.across) && (1...4).contains($0.down) }) else {
      return nil
    }
  }

  /// The number of units in a scan: of blocks, if it has one component, else of groups of blocks.
  func unitCount(of scan: JPEGScan) -> Int {
    let (across, down) = (components.map(\.across).max() ?? 1, components.map(\.down).max() ?? 1)
    guard scan.parts.count == 1 else {
      return Self.quotient(width, 8 * across) * Self.quotient(height, 8 * down)
    }
    let component = scan.parts[0].component
    let columns = Self.quotient(width * component.across, across)
    let rows = Self.quotient(height * component.down, down)
    return Self.quotient(columns, 8) * Self.quotient(rows, 8)
  }

  /// The quotient, rounded up.
  private static func quotient(_ number: Int, _ divisor: Int) -> Int { (number + divisor - 1) / divisor }
}

/// The header of a scan.
///
/// Source: ITU-T T.81, B.2.3.
struct JPEGScan {
  /// A component with its Huffman codes.
  struct Part {
    let component: JPEGFrame.Component
    let directCode: HuffmanCode?
    let alternatingCode: HuffmanCode?
  }

  let parts: [Part]
  /// The first and the last coefficient, in the order of increasing frequency.
  let start: Int
  let end: Int
  /// Whether it refines coefficients that earlier scans began.
  let isRefinement: Bool

  /// Reads a header; nil if it does not fit the frame.
  ///
  /// - Parameters:
  ///   - data: The segment's data.
  ///   - frame: The frame.
  ///   - codes: The Huffman codes defined so far.
  init?(_ data: ArraySlice<UInt8>, frame: JPEGFrame, codes: [UInt8: HuffmanCode]) {
    let data = Array(data)
    guard let count = data.first, data.count == 4 + 2 * Int(count) else { return nil }
    parts = stride(from: 1, to: data.count - 3, by: 2).compactMap { start in
      frame.components.first { $0.identifier == data[start] }.map { component in
        Part(
          component: component, directCode: codes[data[start + 1] >> 4],
          alternatingCode: codes[0x10 | data[start + 1] & 0xF])
      }
    }
    start = Int(data[data.count - 3])
    end = Int(data[data.count - 2])
    isRefinement = data[data.count - 1] >> 4 != 0
    guard !parts.isEmpty, parts.count == Int(count), start <= end, end < 64, start == 0 || parts.count == 1
    else {
      return nil
    }
  }
}
