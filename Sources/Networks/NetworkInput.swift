import Backends
import Tensors

/// How the bytes of images become numbers, per channel: (byte / 255 − mean) / deviation.
public struct Normalisation: Sendable, Equatable, Codable {
  /// What is subtracted, one number per channel or one for all.
  public var mean: [Double]
  /// What is divided by, one number per channel or one for all.
  public var deviation: [Double]

  /// Makes a normalisation.
  public init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  /// No normalisation: values from 0 to 1, as in the book.
  public static let none = Normalisation(mean: [0], deviation: [1])

  /// The number that each byte stands for in a channel, computed in float32 as torchvision does.
  public func table(channel: Int) -> [Float] {
    let mean = Float(mean.isEmpty ? 0 : mean[channel % mean.count])
    let deviation = Float(deviation.isEmpty ? 1 : deviation[channel % deviation.count])
    return (0..<256).map { (Float($0) / 255 - mean) / deviation }
  }
}

/// The pixels of some images, N×C×H×W, that a network is to take.
public enum Pixels {
  /// Bytes, to be normalised as the network was told.
  case bytes(UnsafePointer<UInt8>)
  /// Numbers that are taken as they are.
  case floats(UnsafePointer<Float>)
  /// Numbers that a network in float64 takes as they are, and others rounded.
  case doubles(UnsafePointer<Double>)

  /// The pixels from an element on.
  func advanced(by elements: Int) -> Pixels {
    switch self {
    case .bytes(let pointer): .bytes(pointer + elements)
    case .floats(let pointer): .floats(pointer + elements)
    case .doubles(let pointer): .doubles(pointer + elements)
    }
  }
}
