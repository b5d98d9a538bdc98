import Tensors

/// Crops an image at random after padding it with black: torchvision's `RandomCrop(size, padding=p)`.
///
/// That shifts it by up to p pixels up or down and left or right, each shift equally likely.
public struct ShiftedCrop: ImageTransform {
  private let padding: Int

  /// Creates the transform.
  ///
  /// - Parameter padding: p, in pixels.
  public init(padding: Int) {
    self.padding = padding
  }

  /// Shifts the image.
  public func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
    let down = generator.nextInteger(in: -padding...padding)
    let right = generator.nextInteger(in: -padding...padding)
    // Rows are read before they are overwritten: from the bottom if the image moves down.
    for channel in 0..<image.channels {
      for step in 0..<image.height {
        let row = down > 0 ? image.height - 1 - step : step
        move(row - down, of: channel, to: row, by: right, in: image)
      }
    }
  }

  /// Writes a row from another one, shifted, with black outside it.
  private func move(_ source: Int, of channel: Int, to row: Int, by right: Int, in image: ImagePlanes) {
    guard (0..<image.height).contains(source), abs(right) < image.width else {
      for column in 0..<image.width { image[channel, row, column] = 0 }
      return
    }
    let start = (channel * image.height + row) * image.width
    let sourceStart = (channel * image.height + source) * image.width
    let kept = image.width - abs(right)
    guard let pixels = image.pixels.baseAddress else { return }
    (pixels + start + max(right, 0)).update(from: pixels + sourceStart + max(-right, 0), count: kept)
    let uncovered = right > 0 ? 0..<right : kept..<image.width
    for column in uncovered { image[channel, row, column] = 0 }
  }
}
