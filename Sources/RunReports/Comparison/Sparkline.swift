/// A curve in a line of text, a bar of one to eight eighths for each part of it.
enum Sparkline {
  private static let bars = Array("▁▂▃▄▅▆▇█")

  /// Draws accuracies.
  ///
  /// - Parameters:
  ///   - values: The accuracies, from 0 to 1, which decide the heights.
  ///   - width: As many bars at most; more values are averaged.
  /// - Returns: The bars.
  static func text(_ values: [Double], width: Int) -> String {
    let count = min(values.count, width)
    return String(
      (0..<count).map { index -> Character in
        let part = values[index * values.count / count..<(index + 1) * values.count / count]
        let mean = part.reduce(0, +) / Double(part.count)
        return bars[min(max(Int(mean * Double(bars.count)), 0), bars.count - 1)]
      })
  }
}
