import Tensors

/// Images with their labels; copies and selections share the storage.
///
/// The images are bytes in memory, or files that are decoded when they are needed: files may differ in size, and may
/// become unreadable while they are in use.
public struct LabeledImages: Sendable {
  /// The class of each image, an index into ``classNames``.
  public let labels: [Int32]

  /// The classes' names, in order.
  public let classNames: [String]

  /// C.
  public let channels: Int

  /// The share of each class that was held out for testing, if one set was divided into training and test images.
  public private(set) var heldOutFraction: Double?

  /// The part of a folder's data set that these are; nil for a selection of it, and for images from elsewhere.
  package private(set) var source: ImageSource?

  private let storage: Storage
  /// The index of each image in the storage; nil for the first ones in order.
  private let positions: [Int]?

  private enum Storage: Sendable {
    case memory(StoredPixels)
    case files([StoredFile])
  }

  /// Creates images from the bytes in a buffer, without copying them.
  ///
  /// - Parameters:
  ///   - pixels: The bytes, N×C×H×W, at least as many as the shape has elements; they must not be changed afterwards.
  ///   - shape: N×C×H×W.
  ///   - labels: The class of each image.
  ///   - classNames: The classes' names.
  /// - Throws: ``DatasetError`` if the shape is not one of images, or the labels do not match the images or the
  ///   classes.
  public init(pixels: AlignedBuffer, shape: Shape, labels: [Int32], classNames: [String]) throws {
    guard shape.rank == 4, shape.extents.dropFirst().allSatisfy({ 1...16384 ~= $0 }), shape[0] >= 0 else {
      throw DatasetError.invalidArgument(
        name: "shape",
        reason: "the shape of images is \(shape); expected N×C×H×W with C, H and W from 1 to 16384")
    }
    let (byteCount, overflow) = shape.withBatch(1).elementCount.multipliedReportingOverflow(by: shape[0])
    guard !overflow, byteCount <= pixels.byteCount else {
      throw DatasetError.invalidArgument(
        name: "pixels", reason: "\(counted(pixels.byteCount, "byte")) are too few for images of \(shape)")
    }
    try Self.check(labels, count: shape[0], classNames: classNames)
    let size = PixelSize(height: shape[2], width: shape[3])
    storage = .memory(StoredPixels(bytes: pixels, size: size, channels: shape[1]))
    positions = nil
    channels = shape[1]
    self.labels = labels
    self.classNames = classNames
  }

  /// Creates images from a copy of their bytes.
  ///
  /// - Parameters:
  ///   - pixels: The bytes, N×C×H×W.
  ///   - shape: N×C×H×W.
  ///   - labels: The class of each image.
  ///   - classNames: The classes' names.
  /// - Throws: ``DatasetError`` as the other initializer; `OutOfMemory`.
  public init(pixels: [UInt8], shape: Shape, labels: [Int32], classNames: [String]) throws {
    let buffer = try AlignedBuffer(byteCount: pixels.count)
    pixels.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: pixels.count).copyMemory(from: source)
    }
    try self.init(pixels: buffer, shape: shape, labels: labels, classNames: classNames)
  }

  /// Creates images from files that have been decoded once.
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
      throw DatasetError.invalidArgument(
        name: "labels",
        reason:
          "\(counted(count, "image")) and \(counted(labels.count, "label")) were given; each image needs a label"
      )
    }
    if let wrong = labels.firstIndex(where: { !classNames.indices.contains(Int($0)) }) {
      throw DatasetError.invalidArgument(
        name: "labels",
        reason: "image \(wrong) has the label \(labels[wrong]); \(labelRange(classes: classNames.count))")
    }
  }

  /// The same images, with the part of a folder's data set that they are.
  func read(from source: ImageSource) -> LabeledImages {
    var images = self
    images.source = source
    return images
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// Whether the images are files, which are decoded each time they are used.
  public var areFiles: Bool {
    if case .files = storage { true } else { false }
  }

  /// The size of all images, H×W; nil if they are files, whose sizes may differ.
  public var size: PixelSize? {
    if case .memory(let pixels) = storage { pixels.size } else { nil }
  }

  /// The size of one image, H×W.
  ///
  /// - Parameter index: The image's index.
  /// - Returns: The size, before any resizing.
  /// - Precondition: The index is valid.
  public func size(at index: Int) -> PixelSize {
    switch storage {
    case .memory(let pixels): pixels.size
    case .files(let files): files[position(of: index)].size
    }
  }

  /// The name of an image's file with its class's folder; nil if it is not a file.
  ///
  /// - Parameter index: The image's index.
  /// - Returns: The name: class/file.
  /// - Precondition: The index is valid.
  public func fileName(at index: Int) -> String? {
    if case .files(let files) = storage { files[position(of: index)].name } else { nil }
  }

  // MARK: Selections

  /// The first images, all of them if there are fewer; the bytes are not copied.
  ///
  /// - Parameter maximumCount: The maximum number of images; none if negative.
  /// - Returns: The images, with their labels.
  public func prefix(_ maximumCount: Int) -> LabeledImages {
    let count = min(max(maximumCount, 0), count)
    return LabeledImages(
      self, positions: positions.map { Array($0.prefix(count)) }, labels: Array(labels.prefix(count)))
  }

  /// Some of the images in a given order; the bytes are not copied.
  ///
  /// - Parameter indices: The images' indices, which may repeat.
  /// - Returns: The images, with their labels.
  /// - Precondition: The indices are valid: each is at least 0 and less than ``count``, as for the elements of an array.
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
    precondition(
      labels.indices.contains(index), "the index \(index) is outside the \(counted(labels.count, "image"))")
    return positions?[index] ?? index
  }

  // MARK: Pixels

  /// Calls a function with the bytes of one image, C×H×W, which are valid during the call.
  ///
  /// - Parameters:
  ///   - index: The image's index.
  ///   - body: The function.
  /// - Returns: The function's result.
  /// - Throws: ``DatasetError`` if the image is a file that can no longer be read; the function's errors.
  /// - Precondition: The index is valid.
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
  /// - Parameter index: The image's index.
  /// - Returns: The bytes, of the image's own size.
  /// - Throws: ``DatasetError`` if the image is a file that can no longer be read.
  /// - Precondition: The index is valid.
  public func image(at index: Int) throws -> [UInt8] {
    try withPixels(at: index) { Array($0) }
  }

  /// The bytes of one image in another size, C×H×W.
  ///
  /// - Parameters:
  ///   - index: The image's index.
  ///   - size: The size to resize it to.
  /// - Returns: The bytes.
  /// - Throws: ``DatasetError`` if the size is not from 1 to 16,384 pixels, or the image is a file that can no longer
  ///   be read.
  /// - Precondition: The index is valid.
  public func image(at index: Int, resizedTo size: PixelSize) throws -> [UInt8] {
    try BilinearResize(from: self.size(at: index), to: size, channels: channels).resized(image(at: index))
  }

  /// The pixels of one image in another size, as a method resizes it, C×H×W.
  ///
  /// - Parameters:
  ///   - index: The image's index.
  ///   - size: The size to resize it to.
  ///   - method: The resizing method.
  /// - Returns: The pixels.
  /// - Throws: As ``image(at:resizedTo:)``.
  /// - Precondition: The index is valid.
  public func image(at index: Int, resizedTo size: PixelSize, by method: ResizeMethod) throws -> ResizedImage
  {
    try method.resized(image(at: index), from: self.size(at: index), to: size, channels: channels)
  }

  // MARK: Identity

  /// A digest of the images and labels, as 32 hexadecimal digits: equal for equal images and labels.
  ///
  /// Images in memory count with their sizes and bytes, files with their names and their contents when first
  /// read.
  ///
  /// - Complexity: Reads all bytes of images in memory, a few hundred megabytes per second, and no files.
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
