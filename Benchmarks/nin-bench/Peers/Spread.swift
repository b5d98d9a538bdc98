/// The median of some numbers with the least and the greatest.
struct Spread: Codable, Equatable {
  let median: Double
  let least: Double
  let greatest: Double

  /// Of at least one number.
  init(_ numbers: [Double]) {
    precondition(!numbers.isEmpty, "a median is of at least one number")
    let sorted = numbers.sorted()
    let middle = sorted.count / 2
    median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    least = sorted[0]
    greatest = sorted[sorted.count - 1]
  }
}
