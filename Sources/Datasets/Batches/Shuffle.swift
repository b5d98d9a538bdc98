import Tensors

/// Seeded shuffling: the order of an epoch is a function of the seed and the epoch's number alone.
public enum Shuffle {
  /// The order of an epoch's examples.
  ///
  /// Fisher–Yates with Philox.
  ///
  /// - Parameters:
  ///   - count: How many examples there are, not negative.
  ///   - seed: The seed of the training.
  ///   - epoch: The epoch's number.
  /// - Returns: Each of the indices 0 ..< count once.
  public static func order(count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var numbers = PhiloxGenerator(seed: seed, purpose: .shuffle, index: epoch)
    return order(count: count, using: &numbers)
  }

  /// The order of an epoch's batches whose contents stay: each has the examples that follow each other in the data, as
  /// where a pipeline makes batches first and shuffles then.
  ///
  /// - Parameters:
  ///   - count: How many examples there are, not negative.
  ///   - batchSize: How many examples a batch has, at least 1.
  ///   - seed: The seed of the training.
  ///   - epoch: The epoch's number.
  /// - Returns: Each of the indices 0 ..< count once, and which batch has what is left over.
  public static func batchOrder(
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
  ///   - count: How many examples there are, not negative.
  ///   - numbers: The random numbers.
  /// - Returns: Each of the indices 0 ..< count once.
  public static func order(count: Int, using numbers: inout PhiloxGenerator) -> [Int] {
    var order = Array(0..<max(count, 0))
    for last in order.indices.dropFirst().reversed() {
      order.swapAt(last, numbers.nextInteger(in: 0...last))
    }
    return order
  }
}
