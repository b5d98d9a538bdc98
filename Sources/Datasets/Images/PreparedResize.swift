/// A resize by any of the methods, prepared for a pair of sizes; it runs any number of times without allocating.
enum PreparedResize: Sendable {
  case pillow(BilinearResize)
  case openCV(OpenCVResize)
  case tensorFlow(TensorFlowResize)

  /// Prepares a resize.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - source: The size of the source images.
  ///   - target: The size to resize them to.
  ///   - channels: C.
  /// - Throws: ``DatasetError`` as ``BilinearResize/init(from:to:channels:)``.
  init(_ method: ResizeMethod, from source: PixelSize, to target: PixelSize, channels: Int) throws {
    switch method {
    case .pillow: self = .pillow(try BilinearResize(from: source, to: target, channels: channels))
    case .openCV: self = .openCV(try OpenCVResize(from: source, to: target, channels: channels))
    case .tensorFlow: self = .tensorFlow(try TensorFlowResize(from: source, to: target, channels: channels))
    }
  }

  /// Bytes of scratch memory.
  var scratchByteCount: Int {
    switch self {
    case .pillow(let resize): resize.scratchByteCount
    case .openCV(let resize): resize.scratchByteCount
    case .tensorFlow(let resize): resize.scratchByteCount
    }
  }

  /// Resizes one image.
  ///
  /// - Parameters:
  ///   - image: Its bytes, C×H×W.
  ///   - result: The memory for the pixels, C×H×W: bytes, or aligned for `Float` if the method gives numbers.
  ///   - scratch: At least ``scratchByteCount`` bytes, aligned for 32-bit numbers.
  func run(
    _ image: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableRawBufferPointer,
    scratch: UnsafeMutableRawBufferPointer
  ) {
    switch self {
    case .pillow(let resize): resize.run(image, into: result.bindMemory(to: UInt8.self), scratch: scratch)
    case .openCV(let resize): resize.run(image, into: result.bindMemory(to: UInt8.self), scratch: scratch)
    case .tensorFlow(let resize): resize.run(image, into: result.bindMemory(to: Float.self), scratch: scratch)
    }
  }
}
