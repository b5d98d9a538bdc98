/// Bilinear resizing of bytes, with the same result as torchvision's through Pillow.
///
/// Each plane is resized along its rows, rounded to bytes, then along its columns; see the fixed-point
/// weights for the rounding. The value is prepared once for a pair of sizes and then run any number of times without
/// allocating.
package struct BilinearResize: Sendable {
  /// The size of the source images.
  package let source: PixelSize

  /// The size of the resized images.
  package let target: PixelSize

  /// C; each channel is a plane.
  package let channels: Int

  private let horizontal: ResizeWeights?
  private let vertical: ResizeWeights?

  /// The largest height or width.
  package static let maximumSide = 16384

  /// Prepares the weights.
  ///
  /// - Parameters:
  ///   - source: The size of the source images.
  ///   - target: The size to resize them to.
  ///   - channels: C.
  /// - Throws: ``DatasetError`` if a side is not from 1 to 16,384 pixels or there are no channels.
  package init(from source: PixelSize, to target: PixelSize, channels: Int) throws {
    try source.requireResizable(to: target, channels: channels)
    self.source = source
    self.target = target
    self.channels = channels
    horizontal = source.width == target.width ? nil : ResizeWeights(from: source.width, to: target.width)
    vertical = source.height == target.height ? nil : ResizeWeights(from: source.height, to: target.height)
  }

  /// Bytes of one source image: C×H×W.
  package var sourceByteCount: Int { channels * source.height * source.width }

  /// Bytes of one resized image: C×H×W.
  package var targetByteCount: Int { channels * target.height * target.width }

  /// Bytes of scratch memory for ``run(_:into:scratch:)``.
  package var scratchByteCount: Int { accumulatorByteCount + source.height * target.width }

  private var accumulatorByteCount: Int { target.width * MemoryLayout<Int32>.stride }

  /// Resizes one image.
  ///
  /// - Parameters:
  ///   - image: ``sourceByteCount`` bytes, C×H×W.
  ///   - result: The memory for ``targetByteCount`` bytes, C×H×W.
  ///   - scratch: At least ``scratchByteCount`` bytes, aligned for 32-bit numbers, for exclusive use during the call.
  /// - Precondition: The buffers have these sizes.
  package func run(
    _ image: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<UInt8>,
    scratch: UnsafeMutableRawBufferPointer
  ) {
    precondition(
      image.count == sourceByteCount && result.count == targetByteCount, "images of different sizes")
    precondition(scratch.count >= scratchByteCount, "too little scratch memory")
    guard let image = image.baseAddress, let result = result.baseAddress else { return }
    guard let scratch = scratch.baseAddress else { return }
    let accumulators = scratch.bindMemory(to: Int32.self, capacity: target.width)
    let rows = (scratch + accumulatorByteCount).bindMemory(
      to: UInt8.self, capacity: source.height * target.width)
    for channel in 0..<channels {
      resizePlane(
        image + channel * source.height * source.width, into: result + channel * target.height * target.width,
        rows: rows, accumulators: accumulators)
    }
  }

  /// Resizes one image into new memory.
  ///
  /// - Parameter image: ``sourceByteCount`` bytes, C×H×W.
  /// - Returns: ``targetByteCount`` bytes, C×H×W.
  /// - Precondition: The image has this size.
  package func resized(_ image: [UInt8]) -> [UInt8] {
    Array(unsafeUninitializedCapacity: targetByteCount) { result, count in
      withUnsafeTemporaryAllocation(byteCount: scratchByteCount, alignment: 64) { scratch in
        image.withUnsafeBufferPointer { image in
          run(image, into: UnsafeMutableBufferPointer(rebasing: result[..<targetByteCount]), scratch: scratch)
        }
      }
      count = targetByteCount
    }
  }

  private func resizePlane(
    _ plane: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>,
    rows: UnsafeMutablePointer<UInt8>, accumulators: UnsafeMutablePointer<Int32>
  ) {
    guard let vertical else {
      return resizeRows(plane, into: result)
    }
    guard horizontal != nil else {
      return vertical.resizeColumns(plane, width: target.width, into: result, accumulators: accumulators)
    }
    resizeRows(plane, into: rows)
    vertical.resizeColumns(rows, width: target.width, into: result, accumulators: accumulators)
  }

  private func resizeRows(_ plane: UnsafePointer<UInt8>, into result: UnsafeMutablePointer<UInt8>) {
    guard let horizontal else {
      return result.update(from: plane, count: source.height * source.width)
    }
    for row in 0..<source.height {
      horizontal.resizeRow(plane + row * source.width, into: result + row * target.width)
    }
  }
}
