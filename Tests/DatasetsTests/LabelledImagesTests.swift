import Tensors
import Testing

@testable import Datasets

@Suite("Labelled images")
struct LabelledImagesTests {
  @Test("may have any channels and classes, and give their first ones")
  func prefix() throws {
    let images = try LabelledImages(
      pixels: Array(0..<36), shape: [3, 3, 2, 2], labels: [1, 0, 1], classNames: ["cat", "dog"])
    #expect(images.channels == 3)
    #expect(images.size == PixelSize(square: 2))
    #expect(images.prefix(2).shape == [2, 3, 2, 2])
    #expect(images.prefix(2).labels == [1, 0])
    #expect(images.prefix(2).image(at: 1) == Array(12..<24))
    #expect(images.prefix(9).count == 3)
    #expect(images.prefix(0).count == 0)
  }

  @Test(
    "that do not fit together are refused",
    arguments: [
      ([2, 1, 2, 2], [0], 8), ([2, 1, 2, 2], [0, -1], 8), ([2, 1, 2, 2], [0, 2], 8),
      ([2, 1, 2, 2], [0, 1], 7),
      ([2, 0, 2, 2], [0, 1], 8), ([-2, 1, 2, 2], [0, 1], 8), ([2, 4], [0, 1], 8),
      ([.max, 1, 16384, 16384], [0, 1], 8),
    ] as [([Int], [Int32], Int)])
  func refusal(extents: [Int], labels: [Int32], byteCount: Int) throws {
    let error = try #require(throws: DatasetError.self) {
      try LabelledImages(
        pixels: [UInt8](repeating: 0, count: byteCount), shape: Shape(extents), labels: labels,
        classNames: ["cat", "dog"])
    }
    #expect(isOneLine(error.description))
  }
}
