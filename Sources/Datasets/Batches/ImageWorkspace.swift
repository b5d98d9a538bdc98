import Tensors

/// One thread's memory for resizing images of any sizes, one after another.
///
/// Once it has seen all image sizes it allocates nothing.
final class ImageWorkspace {
  private let images: LabeledImages
  private let target: PixelSize
  private let method: ResizeMethod
  private var resizes: [PixelSize: PreparedResize] = [:]
  private var scratch: AlignedBuffer?

  /// The number of sizes kept; the photographs of a data set usually have only a few.
  private static let keptSizes = 64

  /// - Parameters:
  ///   - images: The images.
  ///   - target: The size to resize them to.
  ///   - method: The resizing method.
  init(_ images: LabeledImages, target: PixelSize, method: ResizeMethod) {
    self.images = images
    self.target = target
    self.method = method
  }

  /// Makes one image.
  ///
  /// - Parameters:
  ///   - index: The image's index.
  ///   - result: The memory for its C×H×W pixels, bytes or numbers depending on the method.
  /// - Throws: ``DatasetError`` if it is a file that can no longer be read; `OutOfMemory`.
  func make(_ index: Int, into result: UnsafeMutableRawBufferPointer) throws {
    let resize = try resize(from: images.size(at: index))
    let scratch = try scratch(byteCount: resize.scratchByteCount)
    try images.withPixels(at: index) { pixels in
      resize.run(
        pixels, into: result,
        scratch: UnsafeMutableRawBufferPointer(start: scratch.baseAddress, count: scratch.byteCount))
    }
  }

  private func scratch(byteCount: Int) throws -> AlignedBuffer {
    if let scratch, scratch.byteCount >= byteCount { return scratch }
    let larger = try AlignedBuffer(byteCount: byteCount)
    scratch = larger
    return larger
  }

  private func resize(from source: PixelSize) throws -> PreparedResize {
    if let known = resizes[source] { return known }
    if resizes.count == Self.keptSizes { resizes.removeAll(keepingCapacity: true) }
    let new = try PreparedResize(method, from: source, to: target, channels: images.channels)
    resizes[source] = new
    return new
  }
}
