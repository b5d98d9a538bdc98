/// Bilinear resizing of bytes, with the same result as OpenCV's `resize` with `INTER_LINEAR`, which MXNet calls.
///
/// Each pixel is a weighted mean of the four nearest, even when an image is shrunk and other pixels are skipped.
/// Weights have 11 fractional bits in each direction, and sums are truncated as in OpenCV. To half the height and width
/// OpenCV takes the mean of four pixels instead.
///
/// Source: OpenCV's `modules/imgproc/src/resize.cpp`, classes `HResizeLinear` and `VResizeLinear`.
struct OpenCVResize: Sendable {
  private let source: PixelSize
  private let target: PixelSize
  private let channels: Int
  private let columns: OpenCVTaps
  private let rows: OpenCVTaps

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
    columns = OpenCVTaps(from: source.width, to: target.width, stopsAtEdges: true)
    rows = OpenCVTaps(from: source.height, to: target.height, stopsAtEdges: false)
  }

  /// Bytes of scratch memory: two rows of sums.
  var scratchByteCount: Int { 2 * target.width * MemoryLayout<Int32>.stride }

  private var isHalving: Bool {
    source.height == 2 * target.height && source.width == 2 * target.width
  }

  /// Resizes one image.
  ///
  /// - Parameters:
  ///   - image: Its bytes, C×H×W.
  ///   - result: The memory for the result, C×H×W.
  ///   - scratch: At least ``scratchByteCount`` bytes, aligned for 32-bit numbers.
  /// - Precondition: The buffers have these sizes.
  func run(
    _ image: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<UInt8>,
    scratch: UnsafeMutableRawBufferPointer
  ) {
    let (area, resizedArea) = (source.height * source.width, target.height * target.width)
    precondition(
      image.count == channels * area && result.count == channels * resizedArea, "images of different sizes")
    precondition(scratch.count >= scratchByteCount, "too little scratch memory")
    guard let image = image.baseAddress, let result = result.baseAddress else { return }
    guard let sums = scratch.baseAddress?.bindMemory(to: Int32.self, capacity: 2 * target.width) else {
      return
    }
    for channel in 0..<channels {
      let (plane, resized) = (image + channel * area, result + channel * resizedArea)
      isHalving ? halve(plane, into: resized) : resize(plane, into: resized, sums: sums)
    }
  }

  private func resize(
    _ plane: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>, sums: UnsafeMutablePointer<Int32>
  ) {
    var (upper, lower) = (sums, sums + target.width)
    var (upperRow, lowerRow) = (-1, -1)
    for row in 0..<target.height {
      let tap = rows.taps[row]
      // The lower row of one step is the upper row of the next.
      if lowerRow == tap.first {
        swap(&upper, &lower)
        swap(&upperRow, &lowerRow)
      }
      if upperRow != tap.first { blendColumns(plane + tap.first * source.width, into: upper) }
      if lowerRow != tap.second { blendColumns(plane + tap.second * source.width, into: lower) }
      (upperRow, lowerRow) = (tap.first, tap.second)
      let resized = result + row * target.width
      for column in 0..<target.width {
        let first = (tap.firstWeight &* (upper[column] >> 4)) >> 16
        let second = (tap.secondWeight &* (lower[column] >> 4)) >> 16
        resized[column] = UInt8(truncatingIfNeeded: (first &+ second &+ 2) >> 2)
      }
    }
  }

  private func blendColumns(_ row: UnsafePointer<UInt8>, into sums: UnsafeMutablePointer<Int32>) {
    columns.taps.withUnsafeBufferPointer { taps in
      for column in taps.indices {
        let tap = taps[column]
        sums[column] = Int32(row[tap.first]) &* tap.firstWeight &+ Int32(row[tap.second]) &* tap.secondWeight
      }
    }
  }

  private func halve(_ plane: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>) {
    for row in 0..<target.height {
      let upper = plane + 2 * row * source.width
      let lower = upper + source.width
      for column in 0..<target.width {
        let upperSum = Int(upper[2 * column]) + Int(upper[2 * column + 1])
        let lowerSum = Int(lower[2 * column]) + Int(lower[2 * column + 1])
        result[row * target.width + column] = UInt8((upperSum + lowerSum + 2) >> 2)
      }
    }
  }
}

/// The two pixels of a line, and their weights, for each pixel of the resized line.
struct OpenCVTaps: Sendable {
  /// Two pixels and their weights in fixed point.
  struct Tap: Sendable {
    var first: Int
    var second: Int
    var firstWeight: Int32
    var secondWeight: Int32
  }

  let taps: [Tap]

  /// 1, with 11 fractional bits.
  private static let one: Float = 2048

  /// - Parameters:
  ///   - inputLength: The pixels of the line.
  ///   - outputLength: The pixels of the resized line.
  ///   - stopsAtEdges: Whether a pixel beyond the edge's center is the edge pixel, as in OpenCV along rows; along
  ///     columns it is a weighted sum of the edge pixel with itself, which rounds differently.
  init(from inputLength: Int, to outputLength: Int, stopsAtEdges: Bool) {
    let scale = 1 / (Double(outputLength) / Double(inputLength))
    let last = inputLength - 1
    taps = (0..<outputLength).map { position in
      let center = Float((Double(position) + 0.5) * scale - 0.5)
      let floor = center.rounded(.down)
      var (start, fraction) = (Int(floor), center - floor)
      if stopsAtEdges, start < 0 || start >= last { (start, fraction) = (start < 0 ? 0 : last, 0) }
      return Tap(
        first: min(max(start, 0), last), second: min(max(start + 1, 0), last),
        firstWeight: Int32(((1 - fraction) * Self.one).rounded(.toNearestOrEven)),
        secondWeight: Int32((fraction * Self.one).rounded(.toNearestOrEven)))
    }
  }
}
