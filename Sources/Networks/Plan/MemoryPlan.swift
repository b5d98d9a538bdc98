import Tensors

/// Places blocks of memory that are needed at different times into as little of it as possible.
///
/// Two blocks may share bytes only if their times do not meet. The blocks are placed one after the other, each at the
/// lowest offset that is free all the while, and that in several orders, of which the best is kept: no order is best
/// for all networks. Largest first is *greedy by size* (Pisarchyk and Lee 2020, *Efficient Memory Management for Deep
/// Neural Net Inference*); those of the longest time first stacks what training keeps, and puts what is needed for one
/// layer on top.
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
        blocks, placing: blocks.indices.sorted { (keys[$0].0, keys[$0].1, $0) < (keys[$1].0, keys[$1].1, $1) }
      )
    }
    self = plans.min { $0.byteCount < $1.byteCount } ?? MemoryPlan(blocks, placing: [])
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
    byteCount = end
  }
}
