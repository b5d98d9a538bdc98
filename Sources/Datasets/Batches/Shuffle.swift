import Tensors

/// Seeded shuffling: the order of an epoch is a function of the seed and the epoch's number alone.
public enum Shuffle {
  /// The order of an epoch's examples.
  ///
  /// Fisher–Yates with Philox. The bounded random numbers are drawn here, by Lemire's method, and not by the
  /// standard library, whose method may change from one release to the next.
  ///
  /// Source: D. Lemire, *Fast random integer generation in an interval*, ACM TOMACS 29(1), 2019.
  ///
  /// - Parameters:
  ///   - count: How many examples there are, not negative.
  ///   - seed: The seed of the training.
  ///   - epoch: The epoch's number.
  /// - Returns: Each of the indices 0 ..< count once.
  public static func order(count: Int, seed: UInt64, epoch: Int) -> [Int] {
    var generator = PhiloxGenerator(seed: seed, purpose: .shuffle, index: epoch)
    var order = Array(0..<max(count, 0))
    for last in order.indices.dropFirst().reversed() {
      order.swapAt(last, Int(uniform(below: UInt64(last) + 1, from: &generator)))
    }
    return order
  }

  private static func uniform(below bound: UInt64, from generator: inout PhiloxGenerator) -> UInt64 {
    let threshold = (0 &- bound) % bound
    while true {
      let product = generator.next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return product.high }
    }
  }
}
