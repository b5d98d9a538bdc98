import Tensors

/// Places blocks of memory that are needed at different times, using as little memory as possible.
///
/// Two blocks may share bytes only if their times do not overlap. The blocks are placed one after the other, each at
/// the lowest offset that is free at all its times: the largest first (greedy by size: Pisarchyk and Lee 2020,
/// *Efficient Memory Management for Deep Neural Net Inference*), then those that are needed longest. If the result
/// exceeds the lower bound, the block with the highest end is moved to an earlier position, and so on.
struct MemoryPlan {
  /// A block of memory and when it is needed.
  struct Block {
    var byteCount: Int
    /// The first and the last time, both included.
    var times: ClosedRange<Int>
  }

  /// The offset of each block, in the order in which they were given.
  private(set) var offsets: [Int]
  /// Bytes of all blocks together.
  private(set) var byteCount: Int

  /// The number of times that each of the two orders is changed.
  private static let attempts = 20

  init(_ blocks: [Block]) {
    let largestFirst = blocks.indices.sorted { (blocks[$1].byteCount, $0) < (blocks[$0].byteCount, $1) }
    let longestFirst = largestFirst.enumerated().sorted { left, right in
      (blocks[right.element].times.count, left.offset) < (blocks[left.element].times.count, right.offset)
    }.map(\.element)
    self.init(blocks, order: largestFirst)
    let bound = Self.lowerBound(blocks)
    for first in [largestFirst, longestFirst] {
      var order = first
      for _ in 0..<Self.attempts where byteCount > bound {
        let plan = MemoryPlan(blocks, order: order)
        if plan.byteCount < byteCount { self = plan }
        let highest = order.indices.max { plan.end(blocks, order[$0]) < plan.end(blocks, order[$1]) } ?? 0
        order.insert(order.remove(at: highest), at: highest / 2)
      }
    }
  }

  /// Places the blocks in an order.
  private init(_ blocks: [Block], order: [Int]) {
    offsets = Array(repeating: 0, count: blocks.count)
    byteCount = 0
    var placed: [Int] = []
    for index in order {
      let length = AlignedBuffer.rounded(blocks[index].byteCount)
      var offset = 0
      for other in placed where blocks[other].times.overlaps(blocks[index].times) {
        if offset + length <= offsets[other] { break }
        offset = max(offset, end(blocks, other))
      }
      offsets[index] = offset
      byteCount = max(byteCount, offset + length)
      placed.insert(index, at: placed.firstIndex { offsets[$0] > offset } ?? placed.count)
    }
  }

  /// The first byte behind a block, rounded up.
  private func end(_ blocks: [Block], _ index: Int) -> Int {
    offsets[index] + AlignedBuffer.rounded(blocks[index].byteCount)
  }

  /// The largest number of bytes needed at any time when a block begins.
  private static func lowerBound(_ blocks: [Block]) -> Int {
    blocks.map { block in
      blocks.filter { $0.times.contains(block.times.lowerBound) }
        .reduce(0) { $0 + AlignedBuffer.rounded($1.byteCount) }
    }.max() ?? 0
  }
}
