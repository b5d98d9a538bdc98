import Tensors

/// Mirrors an image left to right, with a probability.
public struct HorizontalFlip: ImageTransform {
  private let probability: Double

  /// Creates the transform.
  ///
  /// - Parameter probability: From 0 to 1.
  public init(probability: Double = 0.5) {
    self.probability = probability
  }

  /// Mirrors the image, or keeps it.
  public func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
    guard generator.nextUniform() < probability else { return }
    for row in 0..<image.channels * image.height {
      let pixels = UnsafeMutableBufferPointer(
        rebasing: image.pixels[row * image.width..<(row + 1) * image.width])
      for column in 0..<image.width / 2 { pixels.swapAt(column, image.width - 1 - column) }
    }
  }
}
