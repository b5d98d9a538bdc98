import Tensors
import Testing

@testable import Datasets

@Suite("Labeled images")
struct LabeledImagesTests {
  @Test("may have any channels and classes, and give their first ones")
  func prefix() throws {
    let images = try LabeledImages(
      pixels: Array(0..<36), shape: [3, 3, 2, 2], labels: [1, 0, 1], classNames: ["cat", "dog"])
    #expect(images.channels == 3)
    #expect(images.size == PixelSize(square: 2))
    #expect(images.prefix(2).count == 2)
    #expect(images.prefix(2).labels == [1, 0])
    #expect(try images.prefix(2).image(at: 1) == Array(12..<24))
    #expect(images.prefix(9).count == 3)
    #expect(images.prefix(0).count == 0)
  }

  @Test("can be selected in any order, also repeatedly, and are then like separate images")
  func selection() throws {
    let images = try LabeledImages(
      pixels: Array(0..<36), shape: [3, 3, 2, 2], labels: [1, 0, 1], classNames: ["cat", "dog"])
    let selected = images.selecting([2, 0, 2])
    #expect(selected.labels == [1, 1, 1])
    #expect(try selected.image(at: 0) == Array(24..<36))
    #expect(try selected.selecting([1]).image(at: 0) == Array(0..<12))
    #expect(try selected.prefix(1).image(at: 0) == Array(24..<36))
    let own = try LabeledImages(
      pixels: Array(24..<36) + Array(0..<12), shape: [2, 3, 2, 2], labels: [1, 1], classNames: ["cat", "dog"])
    #expect(selected.prefix(2).digest == own.digest)
    #expect(selected.digest != own.digest)
    #expect(images.selecting([0, 1, 2]).digest == images.digest)
    #expect(images.selecting([]).count == 0)
  }

  @Test("are shuffled and divided at random, the same each time, without losing or repeating any")
  func division() throws {
    let images = try LabeledImages(
      pixels: Array(0..<40), shape: [40, 1, 1, 1], labels: (0..<40).map { Int32($0 % 2) },
      classNames: ["cat", "dog"])
    let pixels = { (images: LabeledImages) in try (0..<images.count).flatMap { try images.image(at: $0) } }
    let shuffled = try pixels(images.shuffled(seed: 1))
    #expect(shuffled != Array(0..<40) && shuffled.sorted() == Array(0..<40))
    #expect(try pixels(images.shuffled(seed: 1)) == shuffled)
    #expect(try pixels(images.shuffled(seed: 2)) != shuffled)
    #expect(images.shuffled(seed: 1).labels == shuffled.map { Int32($0 % 2) })

    let (remaining, heldOut) = try images.split(fraction: 0.24, seed: 1)
    let (first, second) = (try pixels(remaining), try pixels(heldOut))
    #expect(second.count == 10 && (first + second).sorted() == Array(0..<40))
    #expect(first == first.sorted() && second == second.sorted())
    #expect(try pixels(images.split(fraction: 0.24, seed: 1).heldOut) == second)
    #expect(try pixels(images.split(fraction: 0.24, seed: 2).heldOut) != second)
    for fraction in [0, 1, 0.01, 0.99, -1, .nan, .infinity] {
      #expect(throws: DatasetError.self) { try images.split(fraction: fraction, seed: 1) }
    }
  }

  @Test("keep the digest that stored training states have")
  func digest() throws {
    let images = try LabeledImages(
      pixels: Array(0..<36), shape: [3, 3, 2, 2], labels: [1, 0, 1], classNames: ["cat", "dog"])
    #expect(images.digest == "30e2d6f4b36a5ca46690a0d3938ee340")
  }

  @Test(
    "that do not fit together are rejected",
    arguments: [
      ([2, 1, 2, 2], [0], 8), ([2, 1, 2, 2], [0, -1], 8), ([2, 1, 2, 2], [0, 2], 8),
      ([2, 1, 2, 2], [0, 1], 7),
      ([2, 0, 2, 2], [0, 1], 8), ([-2, 1, 2, 2], [0, 1], 8), ([2, 4], [0, 1], 8),
      ([.max, 1, 16384, 16384], [0, 1], 8),
    ] as [([Int], [Int32], Int)])
  func refusal(extents: [Int], labels: [Int32], byteCount: Int) throws {
    let error = try #require(throws: DatasetError.self) {
      try LabeledImages(
        pixels: [UInt8](repeating: 0, count: byteCount), shape: Shape(extents), labels: labels,
        classNames: ["cat", "dog"])
    }
    #expect(isOneLine(error.description))
  }

  @Test(
    "that lack labels, or have others than their classes, are named in words",
    arguments: [
      ([3], "image 0 has the label 3; with 1 class, the only label is 0"),
      ([], "1 image and 0 labels were given; each image needs a label"),
      ([0, 0], "1 image and 2 labels were given; each image needs a label"),
    ] as [([Int32], String)])
  func wrongLabels(labels: [Int32], reason: String) throws {
    let error = try #require(throws: DatasetError.self) {
      try LabeledImages(pixels: [1, 2, 3, 4], shape: [1, 1, 2, 2], labels: labels, classNames: ["a"])
    }
    #expect(error == .invalidArgument(name: "labels", reason: reason))
  }
}
