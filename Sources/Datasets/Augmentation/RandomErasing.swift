import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Erases a rectangle of an image at random (Zhong et al., *Random Erasing Data Augmentation*, 2020).
///
/// The rectangle has 2 to 33 % of the image's area and a log-uniform aspect ratio of 0.3 to 3.3, as in torchvision's
/// `RandomErasing`; after ten rectangles that do not fit, the image is kept.
public struct RandomErasing: ImageTransform {
  private let probability: Double
  private let fill: [UInt8]

  /// Creates the transform.
  ///
  /// - Parameters:
  ///   - probability: From 0 to 1.
  ///   - fill: The value to write, one byte per channel or one for all.
  public init(probability: Double = 0.5, fill: [UInt8] = [0]) {
    self.probability = probability
    self.fill = fill.isEmpty ? [0] : fill
  }

  /// Erases a rectangle, or keeps the image.
  public func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
    guard generator.nextUniform() < probability else { return }
    for _ in 0..<10 {
      let area = Double(image.height * image.width) * (0.02 + 0.31 * generator.nextUniform())
      let ratio = exp(log(0.3) + (log(3.3) - log(0.3)) * generator.nextUniform())
      let (height, width) = (
        Int((area * ratio).squareRoot().rounded()), Int((area / ratio).squareRoot().rounded())
      )
      guard (1..<image.height).contains(height), (1..<image.width).contains(width) else { continue }
      let top = generator.nextInteger(in: 0...image.height - height)
      let left = generator.nextInteger(in: 0...image.width - width)
      erase(top..<top + height, left..<left + width, of: image)
      return
    }
  }

  private func erase(_ rows: Range<Int>, _ columns: Range<Int>, of image: ImagePlanes) {
    for channel in 0..<image.channels {
      for row in rows {
        for column in columns { image[channel, row, column] = fill[channel % fill.count] }
      }
    }
  }
}
