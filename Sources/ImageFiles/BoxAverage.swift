/// Scales an image down row by row: each pixel of the result is the mean of a square of pixels.
///
/// Squares at the right and bottom edges have fewer pixels if the sides are not multiples of the scale.
struct BoxAverage {
  private let sourceWidth: Int
  private let channels: Int
  private let scale: Int
  private let width: Int
  private let height: Int
  private var pixels: [UInt8]
  /// The sums of the squares in the current rows, C×W.
  private var sums: [Int]
  private var addedRows = 0
  private var finishedRows = 0

  /// - Parameters:
  ///   - sourceWidth: The width of the source image.
  ///   - sourceHeight: The height of the source image.
  ///   - channels: The number of planes.
  ///   - scale: The side of a square.
  init(sourceWidth: Int, sourceHeight: Int, channels: Int, scale: Int) {
    self.sourceWidth = sourceWidth
    self.channels = channels
    self.scale = scale
    width = ImageLimits.scaled(sourceWidth, by: scale)
    height = ImageLimits.scaled(sourceHeight, by: scale)
    pixels = Array(repeating: 0, count: width * height * channels)
    sums = Array(repeating: 0, count: width * channels)
  }

  /// Adds the next row.
  ///
  /// - Parameter row: An image of one row.
  mutating func add(_ row: DecodedImage) {
    row.pixels.withUnsafeBufferPointer { pixels in
      for channel in 0..<channels {
        let start = channel * sourceWidth
        for column in 0..<width {
          let first = column * scale
          var sum = 0
          for source in first..<min(first + scale, sourceWidth) { sum += Int(pixels[start + source]) }
          sums[channel * width + column] += sum
        }
      }
    }
    addedRows += 1
    if addedRows == scale { finishRow() }
  }

  /// The result, once all rows have been added.
  mutating func finish() -> DecodedImage {
    if addedRows > 0 { finishRow() }
    return DecodedImage(width: width, height: height, channels: channels, planes: pixels)
  }

  private mutating func finishRow() {
    for channel in 0..<channels {
      for column in 0..<width {
        let count = addedRows * min(scale, sourceWidth - column * scale)
        let mean = (sums[channel * width + column] + count / 2) / count
        pixels[(channel * height + finishedRows) * width + column] = UInt8(mean)
        sums[channel * width + column] = 0
      }
    }
    addedRows = 0
    finishedRows += 1
  }
}
