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
