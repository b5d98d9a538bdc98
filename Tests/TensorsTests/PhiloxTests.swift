import Tensors
import Testing

@Suite("Philox")
struct PhiloxTests {
  struct KnownAnswer: Sendable {
    let key: SIMD2<UInt32>
    let counter: SIMD4<UInt32>
    let block: SIMD4<UInt32>
  }

  static let knownAnswers = [
    KnownAnswer(
      key: SIMD2(repeating: 0), counter: SIMD4(repeating: 0),
      block: SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
    KnownAnswer(
      key: SIMD2(repeating: .max), counter: SIMD4(repeating: .max),
      block: SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)),
    KnownAnswer(
      key: SIMD2(0xA409_3822, 0x299F_31D0),
      counter: SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      block: SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)),
  ]

  @Test("gives Random123's known answers", arguments: knownAnswers)
  func knownAnswer(_ known: KnownAnswer) {
    let seed = UInt64(known.key[1]) << 32 | UInt64(known.key[0])
    #expect(Philox(seed: seed).block(at: known.counter) == known.block)
  }

  @Test("a generator begins with the block of its purpose and index")
  func startOfSequence() {
    var generator = PhiloxGenerator(seed: 7, purpose: .shuffle, index: 3)
    let block = Philox(seed: 7).block(at: SIMD4(0, 0, 3, PhiloxGenerator.Purpose.shuffle.rawValue))
    let words = (0..<4).map { _ in generator.nextWord() }
    #expect(words == [block[0], block[1], block[2], block[3]])
    let second = Philox(seed: 7).block(at: SIMD4(1, 0, 3, PhiloxGenerator.Purpose.shuffle.rawValue))
    #expect(generator.next() == UInt64(second[1]) << 32 | UInt64(second[0]))
  }

  @Test("seeds, purposes and indices give different sequences")
  func independence() {
    var generators = [
      PhiloxGenerator(seed: 0, purpose: .shuffle, index: 0),
      PhiloxGenerator(seed: 1, purpose: .shuffle, index: 0),
      PhiloxGenerator(seed: 0, purpose: .initialization, index: 0),
      PhiloxGenerator(seed: 0, purpose: .shuffle, index: 1),
    ]
    let firsts = generators.indices.map { generators[$0].next() }
    #expect(Set(firsts).count == firsts.count)
  }

  @Test("uniform numbers are in 0 ..< 1 with the moments of their distribution")
  func uniformMoments() {
    var generator = PhiloxGenerator(seed: 1, purpose: .testData, index: 0)
    let numbers = (0..<100_000).map { _ in generator.nextUniform() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    let (mean, variance) = moments(numbers)
    // Five standard errors of each estimate.
    #expect(abs(mean - 0.5) < 0.0046)
    #expect(abs(variance - 1.0 / 12) < 0.0012)
    for tenth in 0..<10 {
      let count = numbers.count { Int($0 * 10) == tenth }
      #expect(abs(count - 10_000) < 475)
    }
  }

  @Test("normal numbers have the moments and tails of their distribution")
  func normalMoments() {
    var generator = PhiloxGenerator(seed: 2, purpose: .testData, index: 0)
    let numbers = (0..<100_000).map { _ in generator.nextNormal() }
    let (mean, variance) = moments(numbers)
    #expect(abs(mean) < 0.016)
    #expect(abs(variance - 1) < 0.023)
    let withinOne = Double(numbers.count { abs($0) < 1 }) / 100_000
    let withinTwo = Double(numbers.count { abs($0) < 2 }) / 100_000
    #expect(abs(withinOne - 0.6827) < 0.0074)
    #expect(abs(withinTwo - 0.9545) < 0.0033)
  }

  private func moments(_ numbers: [Double]) -> (mean: Double, variance: Double) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    return (mean, variance)
  }
}
