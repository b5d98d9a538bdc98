import Tensors

/// Images, each with the number of its class; all copies and selections share what is stored.
///
/// The images are bytes in memory, or files that are decoded when they are needed: files may differ in size, and may
/// become unreadable while they are in use.
public struct LabeledImages: Sendable {
  /// The class of each image, an index of ``classNames``.
  public let labels: [Int32]

  /// What the classes are called, in their order.
  public let classNames: [String]

  /// C.
  public let channels: Int

  /// The share of each class that was held out for the test, if one set was divided into training and test images.
  public private(set) var heldOutFraction: Double?

  private let storage: Storage
  /// Where each image is in the storage; nil if they are the first ones in their order.
  private let positions: [Int]?

  private enum Storage: Sendable {
    case memory(StoredPixels)
    case files([StoredFile])
  }

  /// Takes the bytes of images as they lie in a buffer.
  ///
  /// - Parameters:
  ///   - pixels: The bytes, N×C×H×W, at least as many as the shape has elements; not to be written any more.
  ///   - shape: N×C×H×W.
  ///   - labels: The class of each image.
  ///   - classNames: What the classes are called.
  /// - Throws: ``DatasetError`` if the shape is not one of images, or the labels are not as many as the images or
  ///   not all of a class.
  public init(pixels: AlignedBuffer, shape: Shape, labels: [Int32], classNames: [String]) throws {
    guard shape.rank == 4, shape.extents.dropFirst().allSatisfy({ 1...16384 ~= $0 }), shape[0] >= 0 else {
      throw DatasetError("\(shape) are no images: N×C×H×W are needed, C, H and W of 1 to 16384")
    }
    let (byteCount, overflow) = shape.withBatch(1).elementCount.multipliedReportingOverflow(by: shape[0])
    guard !overflow, byteCount <= pixels.byteCount else {
      throw DatasetError("\(pixels.byteCount) bytes are too few for images of \(shape)")
    }
    try Self.check(labels, count: shape[0], classNames: classNames)
    let size = PixelSize(height: shape[2], width: shape[3])
    storage = .memory(StoredPixels(bytes: pixels, size: size, channels: shape[1]))
    positions = nil
    channels = shape[1]
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
  /// - Throws: ``DatasetError`` as the other initializer; `OutOfMemory`.
  public init(pixels: [UInt8], shape: Shape, labels: [Int32], classNames: [String]) throws {
    let buffer = try AlignedBuffer(byteCount: pixels.count)
    pixels.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: pixels.count).copyMemory(from: source)
    }
    try self.init(pixels: buffer, shape: shape, labels: labels, classNames: classNames)
  }

  /// Takes files that have been decoded once.
  init(
    files: [StoredFile], channels: Int, labels: [Int32], classNames: [String], heldOutFraction: Double?
  ) throws {
    try Self.check(labels, count: files.count, classNames: classNames)
    storage = .files(files)
    self.heldOutFraction = heldOutFraction
    positions = nil
    self.channels = channels
    self.labels = labels
    self.classNames = classNames
  }

  private static func check(_ labels: [Int32], count: Int, classNames: [String]) throws {
    guard labels.count == count else {
      throw DatasetError("there are \(count) images and \(labels.count) labels; each image needs one")
    }
    if let wrong = labels.firstIndex(where: { !classNames.indices.contains(Int($0)) }) {
      throw DatasetError(
        "label \(wrong) is \(labels[wrong]); with \(classNames.count) classes the largest is "
          + "\(classNames.count - 1)")
    }
  }

  /// How many images there are.
  public var count: Int { labels.count }

  /// Whether the images are files, which are decoded each time that they are needed.
  public var areFiles: Bool {
    if case .files = storage { true } else { false }
  }

  /// The size of all images, H×W; nil if they are files, whose sizes may differ.
  public var size: PixelSize? {
    if case .memory(let pixels) = storage { pixels.size } else { nil }
  }

  /// The size of one image, H×W.
  ///
  /// - Parameter index: Which image.
  /// - Returns: The size, before any resizing.
  /// - Precondition: There is such an image.
  public func size(at index: Int) -> PixelSize {
    switch storage {
    case .memory(let pixels): pixels.size
    case .files(let files): files[position(of: index)].size
    }
  }

  /// The name of an image's file, from its class's folder on; nil if it is not a file.
  ///
  /// - Parameter index: Which image.
  /// - Returns: The name: class/file.
  /// - Precondition: There is such an image.
  public func fileName(at index: Int) -> String? {
    if case .files(let files) = storage { files[position(of: index)].name } else { nil }
  }

  // MARK: Selections

  /// The first images, all of them if there are fewer; the bytes are not copied.
  ///
  /// - Parameter maximumCount: How many images at most; none if negative.
  /// - Returns: The images, with their labels.
  public func prefix(_ maximumCount: Int) -> LabeledImages {
    let count = min(max(maximumCount, 0), count)
    return LabeledImages(
      self, positions: positions.map { Array($0.prefix(count)) }, labels: Array(labels.prefix(count)))
  }

  /// Some of the images in a given order; the bytes are not copied.
  ///
  /// - Parameter indices: Which images; one may be named several times.
  /// - Returns: The images, with their labels.
  /// - Precondition: There are such images.
  public func selecting(_ indices: [Int]) -> LabeledImages {
    LabeledImages(self, positions: indices.map(position), labels: indices.map { labels[$0] })
  }

  private init(_ whole: LabeledImages, positions: [Int]?, labels: [Int32]) {
    storage = whole.storage
    heldOutFraction = whole.heldOutFraction
    classNames = whole.classNames
    channels = whole.channels
    self.positions = positions
    self.labels = labels
  }

  private func position(of index: Int) -> Int {
    precondition(labels.indices.contains(index), "there is no image \(index)")
    return positions?[index] ?? index
  }

  // MARK: Pixels

  /// Calls a function with the bytes of one image, C×H×W, which are valid during the call.
  ///
  /// - Parameters:
  ///   - index: Which image.
  ///   - body: The function.
  /// - Returns: What the function returns.
  /// - Throws: ``DatasetError`` if the image is a file that cannot be read any more; what the function throws.
  /// - Precondition: There is such an image.
  public func withPixels<Result>(
    at index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    let position = position(of: index)
    switch storage {
    case .memory(let pixels): return try pixels.withPixels(at: position, body)
    case .files(let files):
      return try files[position].pixels(channels: channels).withUnsafeBufferPointer(body)
    }
  }

  /// A copy of the bytes of one image, C×H×W.
  ///
  /// - Parameter index: Which image.
  /// - Returns: The bytes, of the image's own size.
  /// - Throws: ``DatasetError`` if the image is a file that cannot be read any more.
  /// - Precondition: There is such an image.
  public func image(at index: Int) throws -> [UInt8] {
    try withPixels(at: index) { Array($0) }
  }

  /// The bytes of one image in another size, C×H×W.
  ///
  /// - Parameters:
  ///   - index: Which image.
  ///   - size: The size that it gets.
  /// - Returns: The bytes.
  /// - Throws: ``DatasetError`` if the size is not of 1 to 16,384 pixels, or the image is a file that cannot be read
  ///   any more.
  /// - Precondition: There is such an image.
  public func image(at index: Int, resizedTo size: PixelSize) throws -> [UInt8] {
    try BilinearResize(from: self.size(at: index), to: size, channels: channels).resized(image(at: index))
  }

  /// The pixels of one image in another size, as a method resizes it, C×H×W.
  ///
  /// - Parameters:
  ///   - index: Which image.
  ///   - size: The size that it gets.
  ///   - method: How it is resized.
  /// - Returns: The pixels.
  /// - Throws: As ``image(at:resizedTo:)``.
  /// - Precondition: There is such an image.
  public func image(at index: Int, resizedTo size: PixelSize, by method: ResizeMethod) throws -> ResizedImage
  {
    try method.resized(image(at: index), from: self.size(at: index), to: size, channels: channels)
  }

  // MARK: Identity

  /// A digest of the images and labels, as 32 hexadecimal digits: equal for equal images and labels.
  ///
  /// Images in memory count with their sizes and bytes, files with their names and contents as they were when they
  /// were read first.
  ///
  /// - Complexity: Reads all bytes of images in memory, a few hundred megabytes a second, and no files.
  public var digest: String {
    var digest = MD5()
    switch storage {
    case .memory(let pixels):
      let extents = [count, channels, pixels.size.height, pixels.size.width]
      (extents + labels.map(Int.init)).map(\.littleEndian).withUnsafeBytes { digest.update($0) }
      for index in labels.indices {
        pixels.withPixels(at: position(of: index)) { digest.update(UnsafeRawBufferPointer($0)) }
      }
    case .files(let files):
      ([count, channels] + labels.map(Int.init)).map(\.littleEndian).withUnsafeBytes { digest.update($0) }
      for index in labels.indices {
        let file = files[position(of: index)]
        Array("\(file.name)\0\(file.digest)\0".utf8).withUnsafeBytes { digest.update($0) }
      }
    }
    return digest.hexadecimalDigest()
  }
}
