import Tensors

/// A batch of images in an array, N×C×H×W, as input for a network.
///
/// ```swift
/// let images = ImageBatch.bytes(Tensor(shape: [2, 1, 28, 28], elements: bytes))
/// let logits = try network.predict(images)
/// ```
///
/// ``Pixels`` has the same forms for memory that is not an array.
public enum ImageBatch: Sendable, Equatable {
  /// Bytes, to be normalized as the network specifies.
  case bytes(Tensor<UInt8>)
  /// Numbers from 0 to 1 instead of bytes, to be normalized as the network specifies.
  case intensities(Tensor<Float>)
  /// Numbers that are used as they are.
  case floats(Tensor<Float>)
  /// Numbers that a float64 network uses as they are, and that others round.
  case doubles(Tensor<Double>)

  /// N×C×H×W.
  public var shape: Shape {
    switch self {
    case .bytes(let tensor): tensor.shape
    case .intensities(let tensor), .floats(let tensor): tensor.shape
    case .doubles(let tensor): tensor.shape
    }
  }

  /// Calls a function with the pixels, valid during the call.
  ///
  /// - Parameter body: The function.
  /// - Returns: The function's result; nil, without a call, if there are no pixels.
  /// - Throws: The function's errors.
  public func withPixels<Result>(_ body: (Pixels) throws -> Result) rethrows -> Result? {
    return switch self {
    case .bytes(let tensor): try tensor.withPixels(Pixels.bytes, body)
    case .intensities(let tensor): try tensor.withPixels(Pixels.intensities, body)
    case .floats(let tensor): try tensor.withPixels(Pixels.floats, body)
    case .doubles(let tensor): try tensor.withPixels(Pixels.doubles, body)
    }
  }
}

extension Tensor {
  fileprivate func withPixels<Result>(
    _ form: (UnsafePointer<Scalar>) -> Pixels, _ body: (Pixels) throws -> Result
  ) rethrows -> Result? {
    guard !elements.isEmpty else { return nil }
    return try elements.withUnsafeBufferPointer { try $0.baseAddress.map { try body(form($0)) } }
  }
}
