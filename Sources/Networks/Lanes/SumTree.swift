/// A balanced binary tree over the parts of a batch, in which their results are added up.
///
/// The node of level k and number i is the sum over the parts from i · 2ᵏ to (i + 1) · 2ᵏ − 1: the sum of its two
/// children, the left one first. A node without parts, if the batch is short, adds nothing: its sibling replaces the
/// parent. The shape depends only on the number of parts, and so do the bits of the sum, whichever part is ready first
/// and however many lanes there are. With several machines the tree simply continues upward.
enum SumTree {
  /// A node: its first part, and its level.
  struct Node: Equatable {
    var first: Int
    var level = 0

    /// The other child of the same parent.
    var sibling: Node { Node(first: first ^ (1 << level), level: level) }
    /// The node above.
    var parent: Node { Node(first: first & ~(1 << level), level: level + 1) }
    /// Whether it is the sum over all parts.
    func isRoot(parts: Int) -> Bool { first == 0 && 1 << level >= parts }
  }

  /// Calls the body for each addition of a whole tree: the sum at `right` is to be added to the one at `left`.
  ///
  /// The sum of all is then at 0.
  static func forEachAddition(of parts: Int, _ body: (_ left: Int, _ right: Int) -> Void) {
    var distance = 1
    while distance < parts {
      for left in stride(from: 0, to: parts - distance, by: 2 * distance) { body(left, left + distance) }
      distance *= 2
    }
  }

  /// The maximum number of sums that wait for their siblings, if lanes take the parts in order.
  ///
  /// Each part that is still being computed leaves up to log₂(parts / lanes) of them waiting, and each lane may hold one
  /// more.
  static func maximumSums(parts: Int, lanes: Int) -> Int {
    guard lanes > 1 else { return max((parts - 1).bitWidth - (parts - 1).leadingZeroBitCount, 1) }
    let perLane = (parts + lanes - 1) / lanes
    return min(parts, lanes * ((perLane - 1).bitWidth - max(perLane - 1, 0).leadingZeroBitCount + 1))
  }

  /// The number that wait if the lanes keep pace with each other: one of each level, and one for each additional lane.
  static func usualSums(parts: Int, lanes: Int) -> Int {
    let levels = max((parts - 1).bitWidth - max(parts - 1, 0).leadingZeroBitCount, 1)
    return min(maximumSums(parts: parts, lanes: lanes), levels + lanes - 1)
  }
}
