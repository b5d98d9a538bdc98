import Datasets
import Tensors
import Testing

@Suite("Augmentation")
struct AugmentationTests {
  /// Applies a transform to an image, with the numbers of one of many sequences.
  private func apply(
    _ transform: any ImageTransform, to pixels: [UInt8], _ shape: Shape, sequence: Int = 0
  ) -> [UInt8] {
    var pixels = pixels
    var numbers = PhiloxGenerator(
      seed: 5, purpose: .augmentation, index: 0, stream: sequence, substream: 0)
    pixels.withUnsafeMutableBufferPointer { buffer in
      transform.apply(
        to: ImagePlanes(channels: shape[0], height: shape[1], width: shape[2], pixels: buffer),
        using: &numbers)
    }
    return pixels
  }

  @Test("a flip mirrors every row of every channel, half of the time")
  func flip() {
    let image: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    let mirrored: [UInt8] = [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10]
    #expect(apply(HorizontalFlip(probability: 1), to: image, [2, 2, 3]) == mirrored)
    #expect(apply(HorizontalFlip(probability: 0), to: image, [2, 2, 3]) == image)
    let flips = (0..<1000).count { apply(HorizontalFlip(), to: image, [2, 2, 3], sequence: $0) == mirrored }
    // Five deviations of a fair coin.
    #expect(abs(flips - 500) < 80)
  }

  @Test("a shifted crop is a crop of the padded image, and takes every shift equally often")
  func shiftedCrop() {
    let (height, width, padding) = (4, 5, 2)
    let image = (1...UInt8(2 * height * width)).map { $0 }
    var counts = Array(repeating: 0, count: 25)
    for sequence in 0..<2500 {
      let result = apply(ShiftedCrop(padding: padding), to: image, [2, height, width], sequence: sequence)
      let matching = (0..<25).filter { crop in
        result == Self.crop(image, height, width, down: crop / 5 - padding, right: crop % 5 - padding)
      }
      #expect(matching.count == 1)
      for crop in matching { counts[crop] += 1 }
    }
    #expect(counts.allSatisfy { abs($0 - 100) < 50 })
  }

  private static func crop(_ image: [UInt8], _ height: Int, _ width: Int, down: Int, right: Int) -> [UInt8] {
    (0..<image.count).map { index in
      let (row, column) = (index / width % height - down, index % width - right)
      let isInside = (0..<height).contains(row) && (0..<width).contains(column)
      return isInside ? image[index / (height * width) * height * width + row * width + column] : 0
    }
  }

  @Test("a shift may exceed the image")
  func largeShift() {
    for sequence in 0..<50 {
      let result = apply(ShiftedCrop(padding: 9), to: [1, 2, 3, 4], [1, 2, 2], sequence: sequence)
      let isCrop = (0..<19 * 19).contains {
        result == Self.crop([1, 2, 3, 4], 2, 2, down: $0 / 19 - 9, right: $0 % 19 - 9)
      }
      #expect(isCrop)
    }
  }

  @Test("erasing fills one rectangle of 2 to 33 % in all channels with their values")
  func erasing() {
    let (height, width) = (20, 24)
    let image = Array(repeating: UInt8(255), count: 2 * height * width)
    var areas: [Double] = []
    for sequence in 0..<300 {
      let result = apply(
        RandomErasing(probability: 1, fill: [7, 9]), to: image, [2, height, width], sequence: sequence)
      let erased = (0..<height * width).filter { result[$0] == 7 }
      #expect(erased == (0..<height * width).filter { result[height * width + $0] == 9 })
      let (rows, columns) = (Set(erased.map { $0 / width }), Set(erased.map { $0 % width }))
      #expect(rows.count * columns.count == erased.count)
      areas.append(Double(erased.count) / Double(height * width))
    }
    // Sides are rounded to whole pixels.
    #expect(areas.allSatisfy { $0 > 0.01 && $0 < 0.37 })
    #expect(abs(areas.reduce(0, +) / 300 - 0.175) < 0.03)
    #expect(apply(RandomErasing(probability: 0), to: image, [2, height, width]) == image)
  }

  /// Draws the first random number into the first pixel.
  private struct FirstNumber: ImageTransform {
    func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
      image[0, 0, 0] = UInt8(truncatingIfNeeded: generator.nextWord())
    }
  }

  @Test("a transform's numbers depend only on seed, epoch, image and its index among the transforms")
  func numbers() throws {
    let images = try LabeledImages(
      pixels: Array(repeating: 0, count: 40 * 4), shape: [40, 1, 2, 2],
      labels: Array(repeating: 0, count: 40), classNames: ["a"])
    func firstPixels(order: [Int], batch: Int, seed: UInt64 = 1, epoch: Int = 3) throws -> [Int: UInt8] {
      let loader = try BatchLoader(
        images: images, size: PixelSize(square: 2), batchSize: batch, order: order,
        transforms: ImageTransforms([FirstNumber()], seed: seed, epoch: epoch))
      var pixels: [Int: UInt8] = [:]
      var position = 0
      while let batch = try loader.next() {
        for image in 0..<batch.count { pixels[order[position + image]] = batch.images[4 * image] }
        position += batch.count
      }
      return pixels
    }
    let forward = try firstPixels(order: Array(0..<40), batch: 7)
    #expect(try firstPixels(order: Array((0..<40).reversed()), batch: 16) == forward)
    #expect(Set(forward.values).count > 20)
    #expect(try firstPixels(order: Array(0..<40), batch: 7, epoch: 4) != forward)
    #expect(try firstPixels(order: Array(0..<40), batch: 7, seed: 2) != forward)
  }

  @Test("mean and deviation are those of all pixels of a channel")
  func statistics() throws {
    let pixels: [UInt8] = [0, 255, 10, 10, 255, 0, 10, 10]
    let images = try LabeledImages(
      pixels: pixels, shape: [2, 2, 1, 2], labels: [0, 0], classNames: ["a"])
    let (mean, deviation) = try images.meanAndDeviation()
    #expect(mean == [0.5, 10.0 / 255])
    // A channel of one value has no deviation to divide by.
    #expect(deviation == [0.5, 1])
  }
}
