import Backends
import Layers
import Tensors

/// The normalization of pixels, per channel: (byte / 255 − mean) / deviation.
public struct Normalization: Sendable, Equatable, Codable {
  /// The mean that is subtracted, one number per channel or one for all.
  public var mean: [Double]
  /// The deviation to divide by, one number per channel or one for all.
  public var deviation: [Double]

  /// Creates a normalization.
  public init(mean: [Double], deviation: [Double]) {
    self.mean = mean
    self.deviation = deviation
  }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case mean, deviation
  }

  /// Reads both lists.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    mean = try values.decode([Double].self, forKey: .mean)
    deviation = try values.decode([Double].self, forKey: .deviation)
  }

  /// No normalization: values from 0 to 1, as in the book.
  public static let none = Normalization(mean: [0], deviation: [1])

  /// The number that each byte stands for in a channel, computed in float32 as torchvision does.
  public func table(channel: Int) -> [Float] {
    let scaling = scaling(channel: channel)
    return (0..<256).map { (Float($0) / 255 - scaling.mean) / scaling.deviation }
  }

  /// The mean that is subtracted from an intensity of a channel, a number from 0 to 1, and the deviation it is then
  /// divided by.
  public func scaling(channel: Int) -> (mean: Float, deviation: Float) {
    (
      Float(mean.isEmpty ? 0 : mean[channel % mean.count]),
      Float(deviation.isEmpty ? 1 : deviation[channel % deviation.count])
    )
  }
}

/// The pixels of some images, N×C×H×W, as input for a network.
public enum Pixels {
  /// Bytes, to be normalized as the network specifies.
  case bytes(UnsafePointer<UInt8>)
  /// Numbers from 0 to 1 instead of bytes, to be normalized as the network specifies.
  case intensities(UnsafePointer<Float>)
  /// Numbers that are used as they are.
  case floats(UnsafePointer<Float>)
  /// Numbers that a float64 network uses as they are, and that others round.
  case doubles(UnsafePointer<Double>)

  /// The pixels from an element on.
  func advanced(by elements: Int) -> Pixels {
    switch self {
    case .bytes(let pointer): .bytes(pointer + elements)
    case .intensities(let pointer): .intensities(pointer + elements)
    case .floats(let pointer): .floats(pointer + elements)
    case .doubles(let pointer): .doubles(pointer + elements)
    }
  }
}

/// Writes the pixels of some images into a network's input, in its element type.
final class PixelConversion {
  private let loop: ParallelLoop
  private let source: Source

  /// The input of the loop; another batch each time.
  private final class Source {
    var pixels: Pixels?
  }

  /// - Parameters:
  ///   - input: The layout of the network's input: plain, N×C×H×W.
  ///   - address: The address of the input.
  ///   - normalization: The normalization of bytes.
  ///   - threads: The threads to use.
  init(
    to input: Layout, at address: UnsafeMutableRawPointer, normalization: Normalization, threads: ThreadPool
  ) {
    let source = Source()
    self.source = source
    loop =
      switch input.elementType {
      case .float64: Self.loop(source, input.shape, address, Double.self, normalization, threads)
      case .bfloat16: Self.loop(source, input.shape, address, BFloat16Pixel.self, normalization, threads)
      default: Self.loop(source, input.shape, address, Float.self, normalization, threads)
      }
  }

  /// Writes the images of the input.
  func write(_ pixels: Pixels) {
    source.pixels = pixels
    loop.run()
  }

  /// The loop over planes: bytes are looked up in their channel's table, numbers converted.
  private static func loop<Pixel: NetworkPixel>(
    _ source: Source, _ shape: Shape, _ address: UnsafeMutableRawPointer, _: Pixel.Type,
    _ normalization: Normalization, _ threads: ThreadPool
  ) -> ParallelLoop {
    let destination = address.assumingMemoryBound(to: Pixel.self)
    // An input that is not N×C×H×W counts as a single channel.
    let channels = shape.rank == 4 ? shape[1] : 1
    let planes = max(shape[0] * channels, 1)
    let area = shape.elementCount / planes
    let period = min(channels, max(normalization.mean.count, 1) * max(normalization.deviation.count, 1))
    let tables = (0..<period).map { normalization.table(channel: $0).map(Pixel.init) }
    let scalings = (0..<period).map(normalization.scaling)
    return ParallelLoop(threads: threads, count: planes) { planes, _ in
      for plane in planes {
        let elements = plane * area..<(plane + 1) * area
        switch source.pixels {
        case .bytes(let bytes):
          tables[plane % channels % period].withUnsafeBufferPointer { table in
            for element in elements { destination[element] = table[Int(bytes[element])] }
          }
        case .intensities(let intensities):
          let (mean, deviation) = scalings[plane % channels % period]
          for element in elements { destination[element] = Pixel((intensities[element] - mean) / deviation) }
        case .floats(let floats):
          for element in elements { destination[element] = Pixel(floats[element]) }
        case .doubles(let doubles):
          for element in elements { destination[element] = Pixel(doubles[element]) }
        case nil: return
        }
      }
    }
  }
}

/// A type of the input's elements.
private protocol NetworkPixel: BitwiseCopyable {
  init(_ value: Float)
  init(_ value: Double)
}

extension Float: NetworkPixel {}
extension Double: NetworkPixel {}

/// A bfloat16; Swift has no such type.
private struct BFloat16Pixel: NetworkPixel {
  let bits: UInt16

  init(_ value: Float) {
    bits = value.bfloat16Bits
  }

  init(_ value: Double) {
    self.init(Float(value))
  }
}
