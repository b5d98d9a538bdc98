import Tensors

/// Places blocks of memory that are needed at different times into as little of it as possible.
///
/// Two blocks may share bytes only if their times do not meet. The largest blocks are placed first, each at the
/// lowest offset that is free all the while (greedy by size: Pisarchyk and Lee 2020, *Efficient Memory Management
/// for Deep Neural Net Inference*).
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
    var offsets = Array(repeating: 0, count: blocks.count)
    var placed: [Int] = []
    var end = 0
    let largestFirst = blocks.indices.sorted {
      (blocks[$1].byteCount, $0) < (blocks[$0].byteCount, $1)
    }
    for index in largestFirst {
      let length = AlignedBuffer.rounded(blocks[index].byteCount)
      var offset = 0
      for other in placed.sorted(by: { offsets[$0] < offsets[$1] })
      where blocks[other].times.overlaps(blocks[index].times) {
        if offset + length <= offsets[other] { break }
        offset = max(offset, offsets[other] + AlignedBuffer.rounded(blocks[other].byteCount))
      }
      offsets[index] = offset
      placed.append(index)
      end = max(end, offset + length)
    }
    self.offsets = offsets
    byteCount = end
  }
}
