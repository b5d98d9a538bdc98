import Backends
import Tensors

/// A sum over the whole batch that a layer needs.
struct BatchSum: Equatable {
  /// The layer's position.
  let layer: Int
  /// The statistic.
  let statistic: BatchStatistic
}

/// The work on each part from one sum over the batch to the next; without such sums, all of it.
struct Phase {
  /// The sum that it begins with; nil in the first phase.
  var start: BatchSum?
  /// The layers that run forward.
  var forward: Range<Int>
  /// Whether the forward pass ends, and the backward pass begins.
  var isTurn = false
  /// The layers that run backward.
  ///
  /// If the first of them needed a sum, its parameters' gradients have been computed with that sum.
  var backward: Range<Int>
  /// The sum that it ends with; nil in the last phase.
  var end: BatchSum?

  /// The phases of a batch.
  ///
  /// - Parameters:
  ///   - layers: The number of layers.
  ///   - summing: The positions of those that need sums over the batch.
  ///   - firstBackward: The position at which the backward pass ends.
  ///   - computesGradients: Whether there is a backward pass.
  /// - Returns: The phases in order.
  static func all(layers: Int, summing: [Int], firstBackward: Int = 0, computesGradients: Bool) -> [Phase] {
    var phases: [Phase] = []
    var start: BatchSum?
    var next = 0
    for layer in summing {
      let sums = [BatchStatistic.mean, .variance].map { BatchSum(layer: layer, statistic: $0) }
      phases.append(Phase(start: start, forward: next..<layer, backward: 0..<0, end: sums[0]))
      phases.append(Phase(start: sums[0], forward: layer..<layer, backward: 0..<0, end: sums[1]))
      (start, next) = (sums[1], layer)
    }
    var turn = Phase(start: start, forward: next..<layers, isTurn: true, backward: 0..<0)
    guard computesGradients else { return phases + [turn] }
    let gradients = summing.filter { $0 >= firstBackward }.map {
      BatchSum(layer: $0, statistic: .gradients)
    }
    turn.backward = (gradients.last.map { $0.layer + 1 } ?? 0)..<layers
    turn.end = gradients.last
    phases.append(turn)
    for (index, sum) in gradients.enumerated().reversed() {
      let below = index > 0 ? gradients[index - 1] : nil
      let first = below.map { $0.layer + 1 } ?? 0
      phases.append(Phase(start: sum, forward: 0..<0, backward: first..<sum.layer + 1, end: below))
    }
    return phases
  }
}

/// The sums of the parts of a batch, each written by the lane that computes the part, and added up in the tree.
final class BatchSums: @unchecked Sendable {
  // Sendable because each part has separate memory, and the total is written while no part is computed.
  private let count: Int
  private var memory: AlignedBuffer
  private let totalMemory: AlignedBuffer

  /// - Parameter count: The largest number of sums of a part.
  /// - Throws: `OutOfMemory`.
  init(count: Int) throws {
    self.count = count
    memory = try AlignedBuffer(byteCount: 0)
    totalMemory = try AlignedBuffer(byteCount: count * MemoryLayout<Double>.stride)
  }

  /// Makes room for some parts.
  ///
  /// - Throws: `OutOfMemory`.
  func reserve(parts: Int) throws {
    let byteCount = parts * count * MemoryLayout<Double>.stride
    if byteCount > memory.byteCount { memory = try AlignedBuffer(byteCount: byteCount) }
  }

  /// The sums of a part.
  subscript(part: Int) -> UnsafeMutablePointer<Double> {
    memory.baseAddress.assumingMemoryBound(to: Double.self) + part * count
  }

  /// The sums over the batch that were added up last.
  var total: UnsafeMutablePointer<Double> { totalMemory.baseAddress.assumingMemoryBound(to: Double.self) }

  /// Adds up the sums of the parts.
  func addUp(parts: Int) {
    SumTree.forEachAddition(of: parts) { left, right in
      for index in 0..<count { self[left][index] += self[right][index] }
    }
    // The parts' memory is written again while the total is still read.
    total.update(from: self[0], count: count)
  }
}
