#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A raster of dots, two across and four down in each character (Unicode's Braille patterns).
struct BrailleCanvas {
  /// Dots across and down.
  let width: Int
  let height: Int
  private var cells: [UInt8]
  private var colors: [Int?]

  /// - Parameters:
  ///   - columns: Characters across.
  ///   - rows: Characters down.
  init(columns: Int, rows: Int) {
    (width, height) = (2 * columns, 4 * rows)
    cells = Array(repeating: 0, count: columns * rows)
    colors = Array(repeating: nil, count: columns * rows)
  }

  private var columns: Int { width / 2 }

  /// The bits of a character's dots, left and right, from the top.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// Draws a line through points, in dots from the top left.
  ///
  /// - Parameters:
  ///   - points: The points; non-finite ones are skipped.
  ///   - pattern: The numbers of dots drawn and skipped in turn; a single number for a solid line.
  ///   - color: The code of the color.
  mutating func draw(_ points: [(x: Double, y: Double)], pattern: [Int], color: Int) {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = points.first else { return }
    set(first.x, first.y, color)
    var drawn = 0
    for (start, end) in zip(points, points.dropFirst()) {
      let steps = max(Int(max(abs(end.x - start.x), abs(end.y - start.y)).rounded(.up)), 1)
      for step in 1...steps {
        let share = Double(step) / Double(steps)
        drawn += 1
        guard Self.isDrawn(drawn, pattern) else { continue }
        set(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, color)
      }
    }
  }

  private static func isDrawn(_ dot: Int, _ pattern: [Int]) -> Bool {
    guard pattern.count > 1 else { return true }
    var rest = dot % pattern.reduce(0, +)
    for (index, length) in pattern.enumerated() {
      if rest < length { return index % 2 == 0 }
      rest -= length
    }
    return true
  }

  private mutating func set(_ x: Double, _ y: Double, _ color: Int) {
    let (column, row) = (Int(x.rounded()), Int(y.rounded()))
    guard 0..<width ~= column, 0..<height ~= row else { return }
    let cell = row / 4 * columns + column / 2
    cells[cell] |= Self.bits[row % 4][column % 2]
    colors[cell] = color
  }

  /// The rows of characters.
  ///
  /// - Parameter hasColors: Whether to include color codes.
  /// - Returns: The rows from the top.
  func lines(hasColors: Bool) -> [String] {
    (0..<height / 4).map { row in
      (row * columns..<(row + 1) * columns).map { cell in
        let character = cells[cell] == 0 ? " " : String(UnicodeScalar(0x2800 + UInt16(cells[cell])) ?? " ")
        guard hasColors, let color = colors[cell] else { return character }
        return "\u{1B}[\(color)m\(character)\u{1B}[0m"
      }.joined()
    }
  }
}
