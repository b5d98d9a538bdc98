import Backends
import Tensors

/// Writes the pixels of some images where a network takes them, in the type in which it does.
final class PixelConversion {
  private let loop: ParallelLoop
  private let source: Source

  /// What the loop reads; another batch each time.
  private final class Source {
    var pixels: Pixels?
  }

  /// - Parameters:
  ///   - input: The layout of the network's input: plain, N×C×H×W.
  ///   - place: Where it lies.
  ///   - normalisation: How bytes become numbers.
  ///   - threads: The threads to use.
  init(
    to input: Layout, at place: UnsafeMutableRawPointer, normalisation: Normalisation, threads: ThreadPool
  ) {
    let source = Source()
    self.source = source
    loop =
      switch input.elementType {
      case .float64: Self.loop(source, input.shape, place, Double.self, normalisation, threads)
      case .bfloat16: Self.loop(source, input.shape, place, BFloat16Pixel.self, normalisation, threads)
      default: Self.loop(source, input.shape, place, Float.self, normalisation, threads)
      }
  }

  /// Writes as many images as the input has.
  func write(_ pixels: Pixels) {
    source.pixels = pixels
    loop.run()
  }

  /// The loop over planes: bytes are looked up in their channel's table, numbers converted.
  private static func loop<Pixel: NetworkPixel>(
    _ source: Source, _ shape: Shape, _ place: UnsafeMutableRawPointer, _: Pixel.Type,
    _ normalisation: Normalisation, _ threads: ThreadPool
  ) -> ParallelLoop {
    let destination = place.assumingMemoryBound(to: Pixel.self)
    // What is no N×C×H×W counts as a single channel.
    let channels = shape.rank == 4 ? shape[1] : 1
    let planes = max(shape[0] * channels, 1)
    let area = shape.elementCount / planes
    let period = min(channels, max(normalisation.mean.count, 1) * max(normalisation.deviation.count, 1))
    let tables = (0..<period).map { normalisation.table(channel: $0).map(Pixel.init) }
    return ParallelLoop(threads: threads, count: planes) { planes, _ in
      for plane in planes {
        let elements = plane * area..<(plane + 1) * area
        switch source.pixels {
        case .bytes(let bytes):
          tables[plane % channels % period].withUnsafeBufferPointer { table in
            for element in elements { destination[element] = table[Int(bytes[element])] }
          }
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

/// A bfloat16, which Swift has no type for.
private struct BFloat16Pixel: NetworkPixel {
  let bits: UInt16

  init(_ value: Float) {
    bits = value.bfloat16Bits
  }

  init(_ value: Double) {
    self.init(Float(value))
  }
}
