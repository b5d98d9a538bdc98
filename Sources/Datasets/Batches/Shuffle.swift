import Tensors

/// Seeded shuffling: the order of an epoch depends only on the seed and the epoch's number.
package enum Shuffle {
  /// The order of an epoch's examples.
  ///
  /// Fisher–Yates with Philox.
  ///
  /// - Parameters:
  ///   - count: The number of examples, not negative.
  ///   - seed: The training seed.
  ///   - epoch: The epoch's number.
  /// - Returns: A permutation of the indices 0 ..< count.
  package static func order(count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var generator = PhiloxGenerator(seed: seed, purpose: .shuffle, index: epoch)
    return order(count: count, using: &generator)
  }

  /// The order of an epoch in which batches of consecutive examples are shuffled, as in a pipeline that makes batches
  /// before it shuffles.
  ///
  /// - Parameters:
  ///   - count: The number of examples, not negative.
  ///   - batchSize: The number of examples per batch, at least 1.
  ///   - seed: The training seed.
  ///   - epoch: The epoch's number.
  /// - Returns: A permutation of the indices 0 ..< count, and the index of the batch with the rest.
  package static func batchOrder(
    count: Int, batchSize: Int, seed: UInt64, epoch: Int
  ) -> (examples: [Int], shortBatch: Int) {
    let batches = order(count: (count + batchSize - 1) / batchSize, seed: seed, epoch: epoch)
    let examples = batches.flatMap { batch in
      batch * batchSize..<min((batch + 1) * batchSize, count)
    }
    return (examples, batches.firstIndex(of: batches.count - 1) ?? 0)
  }

  /// A random order of examples.
  ///
  /// - Parameters:
  ///   - count: The number of examples, not negative.
  ///   - generator: The source of the random numbers.
  /// - Returns: A permutation of the indices 0 ..< count.
  package static func order(count: Int, using generator: inout PhiloxGenerator) -> [Int] {
    var order = Array(0..<max(count, 0))
    for last in order.indices.dropFirst().reversed() {
      order.swapAt(last, generator.nextInteger(in: 0...last))
    }
    return order
  }
}
