/// A bar that fills from left to right.
///
/// - Parameters:
///   - done: The amount done.
///   - total: The total amount.
///   - width: The maximum width in columns, both ends included.
/// - Returns: The bar, a multiple of ten steps wide so that its width seldom changes; empty if there is no room for
///   ten.
func progressBar(_ done: Int, of total: Int, width: Int) -> String {
  let steps = (width - 2) / 10 * 10
  guard steps > 0 else { return "" }
  let filled = steps * min(max(done, 0), max(total, 1)) / max(total, 1)
  return "▕" + String(repeating: "█", count: filled) + String(repeating: " ", count: steps - filled) + "▏"
}

/// The maximum width of a bar.
let widestBar = 42
