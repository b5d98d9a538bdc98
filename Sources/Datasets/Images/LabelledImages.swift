import Tensors

/// Images as bytes, each with the number of its class, held once and shared by all copies of the value.
public struct LabelledImages: Sendable {
  /// N×C×H×W.
  public let shape: Shape

  /// The class of each image, an index of ``classNames``.
  public let labels: [Int32]

  /// What the classes are called, in their order.
  public let classNames: [String]

  private let pixels: AlignedBuffer

  /// Takes the bytes of images as they lie in a buffer.
  ///
  /// - Parameters:
  ///   - pixels: The bytes, N×C×H×W, at least as many as the shape has elements; not to be written any more.
  ///   - shape: N×C×H×W.
  ///   - labels: The class of each image.
  ///   - classNames: What the classes are called.
  /// - Throws: ``DatasetError`` if the shape is none of images, or the labels are not as many as the images or
  ///   not all of a class.
  public init(pixels: AlignedBuffer, shape: Shape, labels: [Int32], classNames: [String]) throws {
    guard shape.rank == 4, shape.extents.dropFirst().allSatisfy({ 1...16384 ~= $0 }), shape[0] >= 0 else {
      throw DatasetError("\(shape) are no images: N×C×H×W are needed, C, H and W of 1 to 16384")
    }
    let (byteCount, overflow) = shape.withBatch(1).elementCount.multipliedReportingOverflow(by: shape[0])
    guard !overflow, byteCount <= pixels.byteCount else {
      throw DatasetError("\(pixels.byteCount) bytes are too few for images of \(shape)")
    }
    guard labels.count == shape[0] else {
      throw DatasetError("there are \(shape[0]) images and \(labels.count) labels; each image needs one")
    }
    if let wrong = labels.firstIndex(where: { !classNames.indices.contains(Int($0)) }) {
      throw DatasetError(
        "label \(wrong) is \(labels[wrong]); with \(classNames.count) classes the largest is "
          + "\(classNames.count - 1)")
    }
    self.pixels = pixels
    self.shape = shape
    self.labels = labels
    self.classNames = classNames
  }

  /// Copies the bytes of images.
  ///
  /// - Parameters:
  ///   - pixels: The bytes, N×C×H×W.
  ///   - shape: N×C×H×W.
  ///   - labels: The class of each image.
  ///   - classNames: What the classes are called.
  /// - Throws: ``DatasetError`` as the other initialiser; `OutOfMemory`.
  public init(pixels: [UInt8], shape: Shape, labels: [Int32], classNames: [String]) throws {
    let buffer = try AlignedBuffer(byteCount: pixels.count)
    pixels.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: pixels.count).copyMemory(from: source)
    }
    try self.init(pixels: buffer, shape: shape, labels: labels, classNames: classNames)
  }

  /// How many images there are.
  public var count: Int { labels.count }

  /// C.
  public var channels: Int { shape[1] }

  /// H×W.
  public var size: PixelSize { PixelSize(height: shape[2], width: shape[3]) }

  /// The first images, all of them if there are fewer; the bytes are not copied.
  ///
  /// - Parameter maximumCount: How many images at most; none if negative.
  /// - Returns: The images, with their labels.
  public func prefix(_ maximumCount: Int) -> LabelledImages {
    LabelledImages(self, count: min(max(maximumCount, 0), count))
  }

  private init(_ whole: LabelledImages, count: Int) {
    pixels = whole.pixels
    shape = whole.shape.withBatch(count)
    labels = Array(whole.labels.prefix(count))
    classNames = whole.classNames
  }

  /// Calls a function with the bytes of all images, N×C×H×W, which are valid during the call.
  ///
  /// - Parameter body: The function.
  /// - Returns: What the function returns.
  /// - Throws: What the function throws.
  public func withUnsafePixels<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(pixels) {
      let start = UnsafePointer(pixels.baseAddress.assumingMemoryBound(to: UInt8.self))
      return try body(UnsafeBufferPointer(start: start, count: shape.elementCount))
    }
  }

  /// A copy of the bytes of one image, C×H×W.
  ///
  /// - Parameter index: Which image.
  /// - Returns: The bytes.
  /// - Precondition: There is such an image.
  public func image(at index: Int) -> [UInt8] {
    precondition(labels.indices.contains(index), "there is no image \(index)")
    let byteCount = shape.withBatch(1).elementCount
    return withUnsafePixels { Array($0[index * byteCount..<(index + 1) * byteCount]) }
  }

  /// A digest of shape, bytes and labels, as 32 hexadecimal digits: equal for equal images and labels.
  ///
  /// - Complexity: Reads all bytes; a few hundred megabytes a second.
  public var digest: String {
    var digest = MD5()
    (shape.extents + labels.map(Int.init)).map(\.littleEndian).withUnsafeBytes { digest.update($0) }
    withUnsafePixels { digest.update(UnsafeRawBufferPointer($0)) }
    return digest.hexadecimalDigest()
  }
}
