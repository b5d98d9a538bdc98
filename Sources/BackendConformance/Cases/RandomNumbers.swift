import Tensors

/// Seeded tensors for the checks; all numbers are exact in float32.
struct RandomNumbers {
  private var generator: PhiloxGenerator

  init(seed: UInt64, index: Int) {
    generator = PhiloxGenerator(seed: seed, purpose: .testData, index: index)
  }

  /// Integers of a range, equally likely up to a part in 2³².
  mutating func integers(_ shape: Shape, in range: ClosedRange<Int>) -> Tensor<Double> {
    let count = UInt64(range.count)
    let elements = (0..<shape.elementCount).map { _ in
      Double(range.lowerBound + Int((UInt64(generator.nextWord()) * count) >> 32))
    }
    return Tensor(shape: shape, elements: elements)
  }

  /// Numbers of the standard normal distribution, rounded to float32.
  mutating func normal(_ shape: Shape) -> Tensor<Double> {
    Tensor(
      shape: shape, elements: (0..<shape.elementCount).map { _ in Double(Float(generator.nextNormal())) })
  }

  /// The integers around 0 except 0 itself, each once, in random order: any two are at least 1 apart.
  mutating func distinct(_ shape: Shape) -> Tensor<Double> {
    let count = shape.elementCount
    let integers = (0..<count).map { Double($0 < count / 2 ? $0 - count / 2 : $0 - count / 2 + 1) }
    return Tensor(shape: shape, elements: integers.shuffled(using: &generator))
  }
}
