import Tensors

/// Places pieces of memory that are needed at different times into as little of it as possible.
///
/// A piece is needed from one time to another, both included; two pieces may share bytes only if their times do
/// not meet. The largest pieces are placed first, each at the lowest place that is free all the while.
struct MemoryPlan {
  /// A piece of memory and when it is needed.
  struct Piece {
    let byteCount: Int
    var times: ClosedRange<Int>
  }

  /// Where each piece begins, in the order in which they were given.
  let offsets: [Int]
  /// Bytes of all pieces together.
  let byteCount: Int

  init(_ pieces: [Piece]) {
    let alignment = AlignedBuffer.alignment
    var offsets = Array(repeating: 0, count: pieces.count)
    var placed: [Int] = []
    var end = 0
    let largestFirst = pieces.indices.sorted {
      (pieces[$1].byteCount, $0) < (pieces[$0].byteCount, $1)
    }
    for index in largestFirst {
      let piece = pieces[index]
      let length = (piece.byteCount + alignment - 1) / alignment * alignment
      var offset = 0
      for other in placed.sorted(by: { offsets[$0] < offsets[$1] })
      where pieces[other].times.overlaps(piece.times) {
        if offset + length <= offsets[other] { break }
        let otherEnd = offsets[other] + pieces[other].byteCount
        offset = max(offset, (otherEnd + alignment - 1) / alignment * alignment)
      }
      offsets[index] = offset
      placed.append(index)
      end = max(end, offset + length)
    }
    self.offsets = offsets
    byteCount = end
  }
}
