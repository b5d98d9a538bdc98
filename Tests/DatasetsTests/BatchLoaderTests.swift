import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite("Batch loader")
struct BatchLoaderTests {
  private let images: LabeledImages
  private let size = PixelSize(height: 9, width: 7)

  init() throws {
    var generator = PhiloxGenerator(seed: 5, purpose: .testData, index: 0)
    let pixels = (0..<23 * 2 * 5 * 4).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    images = try LabeledImages(
      pixels: pixels, shape: [23, 2, 5, 4], labels: (0..<23).map { $0 % 3 }, classNames: ["a", "b", "c"])
  }

  /// The expected batches, made one image at a time.
  private func expected(_ order: some Sequence<Int>) throws -> (pixels: [UInt8], labels: [Int32]) {
    let resize = try BilinearResize(from: images.size(at: 0), to: size, channels: 2)
    return (try order.flatMap { resize.resized(try images.image(at: $0)) }, order.map { images.labels[$0] })
  }

  @Test("gives every example once, in order, and the rest in the last batch", arguments: [1, 2, 5])
  func epoch(batchesAhead: Int) throws {
    let order = Shuffle.order(count: 23, seed: 0, epoch: 0)
    let loader = try BatchLoader(
      images: images, size: size, batchSize: 5, order: order, batchesAhead: batchesAhead)
    #expect(loader.batchCount == 5)
    var index = 0
    while let batch = try loader.next() {
      let part = order[(index * 5)..<min(index * 5 + 5, 23)]
      let (pixels, labels) = try expected(part)
      #expect(batch.index == index)
      #expect(batch.shape == [part.count, 2, 9, 7])
      #expect(Array(batch.images) == pixels)
      #expect(Array(batch.labels) == labels)
      index += 1
    }
    #expect(index == 5)
    #expect(try loader.next() == nil)
    #expect(loader.secondsWaited >= 0)
  }

  @Test("may have its short batch anywhere", arguments: 0..<5, [0, 2])
  func shortBatch(place: Int, start: Int) throws {
    let order = Shuffle.order(count: 23, seed: 0, epoch: 0)
    let loader = try BatchLoader(
      images: images, size: size, batchSize: 5, order: order, shortBatch: place, startingAt: start)
    var taken = start * 5 - (place < start ? 2 : 0)
    while let batch = try loader.next() {
      #expect(batch.count == (batch.index == place ? 3 : 5))
      let (pixels, labels) = try expected(order[taken..<taken + batch.count])
      #expect(Array(batch.images) == pixels && Array(batch.labels) == labels)
      taken += batch.count
    }
    #expect(taken == 23)
  }

  @Test("resizes by any method, to bytes or to numbers", arguments: ResizeMethod.allCases)
  func methods(method: ResizeMethod) throws {
    let loader = try BatchLoader(images: images, size: size, method: method, batchSize: 5, threads: 2)
    var index = 0
    while let batch = try loader.next() {
      let resized = try (index..<index + batch.count).map {
        try images.image(at: $0, resizedTo: size, by: method)
      }
      var (bytes, intensities) = ([UInt8](), [Float]())
      for image in resized {
        switch image {
        case .bytes(let pixels): bytes += pixels
        case .intensities(let pixels): intensities += pixels
        }
      }
      #expect(Array(batch.images) == bytes && Array(batch.intensities) == intensities)
      index += batch.count
    }
    #expect(index == 23)
  }

  @Test("gives the same batches on any number of threads", arguments: [2, 3, 16])
  func threads(count: Int) throws {
    let order = Shuffle.order(count: 23, seed: 3, epoch: 1)
    let one = try BatchLoader(images: images, size: size, batchSize: 10, order: order)
    let several = try BatchLoader(images: images, size: size, batchSize: 10, order: order, threads: count)
    while let batch = try one.next() {
      let same = try #require(try several.next())
      #expect(Array(batch.images) == Array(same.images))
      #expect(Array(batch.labels) == Array(same.labels))
    }
    #expect(try several.next() == nil)
  }

  @Test("keeps the batch in use as it is while it makes the next ones")
  func steadiness() throws {
    let loader = try BatchLoader(images: images, size: size, batchSize: 2)
    while let batch = try loader.next() {
      let before = Array(batch.images)
      Thread.sleep(forTimeInterval: 0.002)
      #expect(Array(batch.images) == before)
    }
  }

  @Test("can start in the middle of an epoch, or at its end")
  func resuming() throws {
    let whole = try BatchLoader(images: images, size: size, batchSize: 5)
    _ = try whole.next()
    _ = try whole.next()
    let rest = try BatchLoader(images: images, size: size, batchSize: 5, startingAt: 2)
    while let batch = try whole.next() {
      let same = try #require(try rest.next())
      #expect(Array(batch.images) == Array(same.images))
      #expect(batch.index == same.index)
    }
    #expect(try rest.next() == nil)
    #expect(try BatchLoader(images: images, size: size, batchSize: 5, startingAt: 5).next() == nil)
  }

  @Test("gives nothing for no examples, and one short batch if there are fewer than its size")
  func smallSets() throws {
    #expect(try BatchLoader(images: images, size: size, batchSize: 5, order: []).next() == nil)
    let loader = try BatchLoader(images: images.prefix(3), size: size, batchSize: 128)
    #expect(try loader.next()?.count == 3)
    #expect(try loader.next() == nil)
  }

  @Test("stops its threads when it is released, at any point", .timeLimit(.minutes(15)))
  func dropping() throws {
    for taken in 0..<200 {
      let loader = try BatchLoader(images: images, size: size, batchSize: 1, threads: taken % 3 + 1)
      for _ in 0..<taken % 24 { _ = try loader.next() }
    }
    #if os(Linux)
      let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
      #expect(threads < 100)
    #endif
  }

  @Test("rejects invalid settings")
  func refusal() throws {
    let attempts: [() throws -> BatchLoader] = [
      { try BatchLoader(images: images, size: size, batchSize: 0) },
      { try BatchLoader(images: images, size: size, batchSize: .max) },
      { try BatchLoader(images: images, size: PixelSize(square: -3), batchSize: 1) },
      { try BatchLoader(images: images, size: size, batchSize: 1, order: [23]) },
      { try BatchLoader(images: images, size: size, batchSize: 5, startingAt: 6) },
      { try BatchLoader(images: images, size: size, batchSize: 5, startingAt: -1) },
      { try BatchLoader(images: images, size: size, batchSize: 5, shortBatch: 5) },
      { try BatchLoader(images: images, size: size, batchSize: 5, shortBatch: -1) },
      {
        try BatchLoader(
          images: images, size: size, method: .tensorFlow, batchSize: 5,
          transforms: ImageTransforms([HorizontalFlip()], seed: 0, epoch: 0))
      },
      { try BatchLoader(images: images, size: size, batchSize: 5, batchesAhead: 0) },
      { try BatchLoader(images: images, size: size, batchSize: 5, threads: 0) },
      { try BatchLoader(images: images, size: size, batchSize: 5, threads: 65) },
    ]
    for attempt in attempts {
      let error = try #require(throws: DatasetError.self) { try attempt() }
      #expect(isOneLine(error.description))
      guard case .invalidArgument = error else {
        Issue.record("\(error)")
        continue
      }
    }
  }
}
