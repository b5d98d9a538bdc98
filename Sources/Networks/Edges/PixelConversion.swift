import Backends
import Tensors

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
    func loop<Pixel: NetworkPixel>(_: Pixel.Type) -> ParallelLoop {
      let planes = PixelPlanes<Pixel>(input.shape, at: address, normalization)
      return ParallelLoop(threads: threads, count: planes.count) { range, _ in
        guard let pixels = source.pixels else { return }
        for plane in range { planes.write(pixels, plane) }
      }
    }
    self.loop =
      switch input.elementType {
      case .float64: loop(Double.self)
      case .bfloat16: loop(BFloat16Pixel.self)
      default: loop(Float.self)
      }
  }

  /// Writes the images of the input.
  func write(_ pixels: Pixels) {
    source.pixels = pixels
    loop.run()
  }
}

/// The planes of a network's input: bytes are looked up in their channel's table, numbers converted.
private struct PixelPlanes<Pixel: NetworkPixel> {
  let count: Int
  private let destination: UnsafeMutablePointer<Pixel>
  private let area: Int
  private let channels: Int
  /// The table and the scaling of each channel, repeated from the first on.
  private let tables: [[Pixel]]
  private let scalings: [(mean: Float, deviation: Float)]

  init(_ shape: Shape, at address: UnsafeMutableRawPointer, _ normalization: Normalization) {
    destination = address.assumingMemoryBound(to: Pixel.self)
    // An input that is not N×C×H×W counts as a single channel.
    channels = shape.rank == 4 ? shape[1] : 1
    count = max(shape[0] * channels, 1)
    area = shape.elementCount / count
    let period = min(channels, max(normalization.mean.count, 1) * max(normalization.deviation.count, 1))
    tables = (0..<period).map { normalization.table(channel: $0).map(Pixel.init) }
    scalings = (0..<period).map(normalization.scaling)
  }

  func write(_ pixels: Pixels, _ plane: Int) {
    let elements = plane * area..<(plane + 1) * area
    switch pixels {
    case .bytes(let bytes):
      tables[plane % channels % tables.count].withUnsafeBufferPointer { table in
        for element in elements { destination[element] = table[Int(bytes[element])] }
      }
    case .intensities(let intensities):
      let (mean, deviation) = scalings[plane % channels % scalings.count]
      for element in elements { destination[element] = Pixel((intensities[element] - mean) / deviation) }
    case .floats(let floats):
      for element in elements { destination[element] = Pixel(floats[element]) }
    case .doubles(let doubles):
      for element in elements { destination[element] = Pixel(doubles[element]) }
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
