extension ConfusionMatrix: CustomStringConvertible {
  /// The counts: a line for each label, with a column for each prediction.
  public var description: String {
    let width = String(counts.max() ?? 0).count
    let rows = (0..<classes).map { label in
      (0..<classes).map { prediction in
        let count = String(self[label, prediction])
        return String(repeating: " ", count: width - count.count) + count
      }
    }
    return rows.map { $0.joined(separator: " ") }.joined(separator: "\n")
  }
}
