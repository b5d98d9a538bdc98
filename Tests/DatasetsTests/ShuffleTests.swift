import Testing

@testable import Datasets

@Suite("Shuffle")
struct ShuffleTests {
  @Test("is a permutation", arguments: [0, 1, 2, 1000])
  func permutation(count: Int) {
    #expect(Shuffle.order(count: count, seed: 7, epoch: 3).sorted() == Array(0..<count))
  }

  @Test("depends on the seed and the epoch and on nothing else")
  func seeds() {
    let order = Shuffle.order(count: 100, seed: 7, epoch: 3)
    #expect(order == Shuffle.order(count: 100, seed: 7, epoch: 3))
    #expect(order != Shuffle.order(count: 100, seed: 8, epoch: 3))
    #expect(order != Shuffle.order(count: 100, seed: 7, epoch: 4))
  }

  @Test("does not change between releases, so that a run can be repeated")
  func pinned() {
    #expect(Shuffle.order(count: 8, seed: 0, epoch: 0) == [0, 4, 7, 6, 1, 5, 2, 3])
  }

  @Test(
    "of whole batches keeps their contents, and returns the index of the short one",
    arguments: [0, 1, 10, 23, 25])
  func batches(count: Int) {
    var shortPlaces: Set<Int> = []
    for epoch in 0..<40 {
      let order = Shuffle.batchOrder(count: count, batchSize: 5, seed: 7, epoch: epoch)
      #expect(order.examples.sorted() == Array(0..<count))
      var place = 0
      var batch = 0
      while place < count {
        let length = batch == order.shortBatch && count % 5 > 0 ? count % 5 : 5
        let first = order.examples[place]
        #expect(
          first % 5 == 0 && Array(order.examples[place..<place + length]) == Array(first..<first + length))
        place += length
        batch += 1
      }
      shortPlaces.insert(order.shortBatch)
    }
    #expect(shortPlaces.count == max((count + 4) / 5, 1))
  }

  @Test("has each example at each index about equally often")
  func uniformity() {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 4), count: 4)
    for epoch in 0..<4000 {
      for (place, example) in Shuffle.order(count: 4, seed: 1, epoch: epoch).enumerated() {
        counts[place][example] += 1
      }
    }
    // 1,000 are expected, with a deviation of 27.
    for count in counts.joined() { #expect(850...1150 ~= count) }
  }
}
