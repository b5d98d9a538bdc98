/// Bilinear resizing of numbers from 0 to 1, as TensorFlow's `tf.image.resize` without antialiasing.
///
/// Bytes are divided by 255 first. Each pixel is a weighted mean of the four around its center, with pixel centers at
/// half-integers; beyond the center of an edge pixel it is that pixel. The arithmetic is float32 in TensorFlow's order,
/// so the bits are TensorFlow's, unless that is compiled with fused multiply-adds.
///
/// Source: TensorFlow's `core/kernels/image/resize_bilinear_op.cc`.
struct TensorFlowResize: Sendable {
  private let source: PixelSize
  private let target: PixelSize
  private let channels: Int
  private let columns: [Tap]
  private let rows: [Tap]

  private struct Tap: Sendable {
    var first: Int
    var second: Int
    var fraction: Float
  }

  /// Prepares the weights.
  ///
  /// - Parameters:
  ///   - source: The size of the source images.
  ///   - target: The size to resize them to.
  ///   - channels: C.
  /// - Throws: ``DatasetError`` if a side is not from 1 to 16,384 pixels or there are no channels.
  init(from source: PixelSize, to target: PixelSize, channels: Int) throws {
    try source.requireResizable(to: target, channels: channels)
    self.source = source
    self.target = target
    self.channels = channels
    columns = Self.taps(from: source.width, to: target.width)
    rows = Self.taps(from: source.height, to: target.height)
  }

  private static func taps(from inputLength: Int, to outputLength: Int) -> [Tap] {
    let scale = Float(inputLength) / Float(outputLength)
    return (0..<outputLength).map { position in
      let center = (Float(position) + 0.5) * scale - 0.5
      let floor = center.rounded(.down)
      return Tap(
        first: max(Int(floor), 0), second: min(max(Int(center.rounded(.up)), 0), inputLength - 1),
        fraction: center - floor)
    }
  }

  /// Bytes of scratch memory: a row of the source image, and two of the resized one.
  var scratchByteCount: Int { (source.width + 2 * target.width) * MemoryLayout<Float>.stride }

  /// Resizes one image.
  ///
  /// - Parameters:
  ///   - image: Its bytes, C×H×W.
  ///   - result: The memory for the numbers, C×H×W.
  ///   - scratch: At least ``scratchByteCount`` bytes, aligned for 32-bit numbers.
  /// - Precondition: The buffers have these sizes.
  func run(
    _ image: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<Float>,
    scratch: UnsafeMutableRawBufferPointer
  ) {
    let (area, resizedArea) = (source.height * source.width, target.height * target.width)
    precondition(
      image.count == channels * area && result.count == channels * resizedArea, "images of different sizes")
    precondition(scratch.count >= scratchByteCount, "too little scratch memory")
    guard let image = image.baseAddress, let result = result.baseAddress else { return }
    guard let numbers = scratch.baseAddress?.bindMemory(to: Float.self, capacity: scratchByteCount / 4) else {
      return
    }
    for channel in 0..<channels {
      resize(image + channel * area, into: result + channel * resizedArea, numbers: numbers)
    }
  }

  private func resize(
    _ plane: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<Float>,
    numbers: UnsafeMutablePointer<Float>
  ) {
    var (upper, lower) = (numbers + source.width, numbers + source.width + target.width)
    var (upperRow, lowerRow) = (-1, -1)
    for row in 0..<target.height {
      let tap = rows[row]
      // The lower row of one step is the upper row of the next.
      if lowerRow == tap.first {
        swap(&upper, &lower)
        swap(&upperRow, &lowerRow)
      }
      if upperRow != tap.first { blendColumns(plane + tap.first * source.width, into: upper, numbers) }
      if lowerRow != tap.second { blendColumns(plane + tap.second * source.width, into: lower, numbers) }
      (upperRow, lowerRow) = (tap.first, tap.second)
      let resized = result + row * target.width
      for column in 0..<target.width {
        resized[column] = upper[column] + (lower[column] - upper[column]) * tap.fraction
      }
    }
  }

  private func blendColumns(
    _ row: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<Float>,
    _ numbers: UnsafeMutablePointer<Float>
  ) {
    for column in 0..<source.width { numbers[column] = Float(row[column]) / 255 }
    columns.withUnsafeBufferPointer { taps in
      for column in taps.indices {
        let tap = taps[column]
        result[column] = numbers[tap.first] + (numbers[tap.second] - numbers[tap.first]) * tap.fraction
      }
    }
  }
}
