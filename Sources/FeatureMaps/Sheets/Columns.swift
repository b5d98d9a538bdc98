/// Chooses the number of tiles per row.
enum Columns {
  /// About one and a half times as many columns as rows, without gaps in the last row if a close number allows it.
  static func count(for tiles: Int, atMost most: Int = 24) -> Int {
    let ideal = (Double(max(tiles, 1)) * 1.5).squareRoot()
    let candidates = max(Int(ideal * 0.7), 1)...max(Int(ideal * 1.45), 1)
    let full = candidates.filter { tiles.isMultiple(of: $0) }
    let chosen = full.min { abs(Double($0) - ideal) < abs(Double($1) - ideal) }
    return min(chosen ?? Int(ideal.rounded(.up)), most)
  }
}
