import Datasets
import Networks

extension LabeledBatch {
  /// The images in the form that a network takes; nil without any.
  ///
  /// Like the batch, they are valid until the loader returns the next one.
  public var pixels: Pixels? {
    if !images.isEmpty { return images.baseAddress.map(Pixels.bytes) }
    return intensities.isEmpty ? nil : intensities.baseAddress.map(Pixels.intensities)
  }
}

extension ResizedImage {
  /// Calls a function with the pixels in the form that a network takes, valid during the call.
  ///
  /// - Parameter body: The function.
  /// - Returns: The function's result.
  /// - Throws: The function's errors; `TrainingError` if there are no pixels.
  public func withPixels<Result>(_ body: (Pixels) throws -> Result) throws -> Result {
    let result =
      switch self {
      case .bytes(let bytes):
        try bytes.withUnsafeBufferPointer { try $0.baseAddress.map { try body(.bytes($0)) } }
      case .intensities(let intensities):
        try intensities.withUnsafeBufferPointer { try $0.baseAddress.map { try body(.intensities($0)) } }
      }
    guard let result else { throw TrainingError.unsuitableInput(reason: "an image has no pixels") }
    return result
  }
}
