import Tensors

/// Places blocks of memory that are needed at different times into as little of it as possible.
///
/// Two blocks may share bytes only if their times do not meet. The blocks are placed one after the other, each at the
/// lowest offset that is free all the while, and that in several orders, since none is best for all networks: largest
/// first is *greedy by size* (Pisarchyk and Lee 2020, *Efficient Memory Management for Deep Neural Net Inference*);
/// longest first stacks what training keeps, with what one layer needs on top. While the best order needs more than the
/// lower bound, the block that ends highest is placed earlier, wherever in the order that helps most.
struct MemoryPlan {
  /// A block of memory and when it is needed.
  struct Block {
    var byteCount: Int
    /// The first and the last time, both included.
    var times: ClosedRange<Int>
  }

  /// The offset of each block, in the order in which they were given.
  let offsets: [Int]
  /// Bytes of all blocks together.
  let byteCount: Int
  /// The order in which the blocks were placed.
  private let order: [Int]

  init(_ blocks: [Block]) {
    let orders: [(Block) -> (Int, Int)] = [
      { (-$0.byteCount, 0) },
      { (-$0.times.count, -$0.byteCount) },
      { ($0.times.lowerBound, -$0.byteCount) },
      { (-$0.times.upperBound, -$0.byteCount) },
      { (-$0.byteCount * $0.times.count, 0) },
    ]
    let plans = orders.map { order in
      let keys = blocks.map(order)
      return MemoryPlan(
        blocks,
        placing: blocks.indices.sorted { (keys[$0].0, keys[$0].1, $0) < (keys[$1].0, keys[$1].1, $1) })
    }
    var best = plans.min { $0.byteCount < $1.byteCount } ?? MemoryPlan(blocks, placing: [])
    let least = Self.lowerBound(blocks)
    for _ in 0..<20 where best.byteCount > least {
      guard let better = best.improved(blocks) else { break }
      best = better
    }
    self = best
  }

  /// As many bytes as are needed at the worst time, which no plan can go below.
  static func lowerBound(_ blocks: [Block]) -> Int {
    blocks.map(\.times.lowerBound).map { time in
      blocks.filter { $0.times.contains(time) }.reduce(0) { $0 + AlignedBuffer.rounded($1.byteCount) }
    }.max() ?? 0
  }

  /// The best plan with the block that ends highest placed earlier; nil if all need more.
  private func improved(_ blocks: [Block]) -> MemoryPlan? {
    let highest = order.indices.max { end(of: order[$0], blocks) < end(of: order[$1], blocks) }
    guard let highest else { return nil }
    let candidates = (0..<highest).map { position in
      var changed = order
      changed.insert(changed.remove(at: highest), at: position)
      return MemoryPlan(blocks, placing: changed)
    }
    return candidates.min { $0.byteCount < $1.byteCount }.flatMap { $0.byteCount <= byteCount ? $0 : nil }
  }

  private func end(of block: Int, _ blocks: [Block]) -> Int {
    offsets[block] + AlignedBuffer.rounded(blocks[block].byteCount)
  }

  /// Places blocks in an order, each at the lowest offset that is free.
  private init(_ blocks: [Block], placing order: [Int]) {
    var offsets = Array(repeating: 0, count: blocks.count)
    var placed: [Int] = []
    var end = 0
    for index in order {
      let length = AlignedBuffer.rounded(blocks[index].byteCount)
      var offset = 0
      for other in placed where blocks[other].times.overlaps(blocks[index].times) {
        if offset + length <= offsets[other] { break }
        offset = max(offset, offsets[other] + AlignedBuffer.rounded(blocks[other].byteCount))
      }
      offsets[index] = offset
      // By offset, so that the gaps are met from the lowest to the highest.
      placed.insert(index, at: placed.firstIndex { offsets[$0] > offset } ?? placed.endIndex)
      end = max(end, offset + length)
    }
    self.offsets = offsets
    self.order = order
    byteCount = end
  }
}
