import Operations
import Tensors

/// Which element of each window of a max pooling is the largest.
public enum PoolingWinners {
  /// How many windows of a layer have another winner.
  public struct Count: Sendable, Equatable {
    /// The pooling's name.
    public let layer: String
    /// Windows whose winner is another one.
    public let differing: Int
    /// All windows.
    public let windows: Int
  }

  /// The winners' places in their planes, by the rule of all backends and PyTorch: of equal elements the first
  /// in row-major order, and NaN over everything.
  ///
  /// - Parameters:
  ///   - input: What the pooling takes.
  ///   - geometry: How the windows lie.
  /// - Returns: A place for each element of the output; -1 where a window covers nothing.
  static func places(in input: Tensor<Double>, _ geometry: PoolingGeometry) -> [Int32] {
    let window = geometry.window
    let columns = geometry.input.width
    var places: [Int32] = []
    places.reserveCapacity(geometry.outputShape.elementCount)
    for plane in 0..<geometry.batch * geometry.channels {
      let start = plane * geometry.input.area
      for h in 0..<geometry.output.height {
        let top = h * window.stride.height - window.padding.top
        for w in 0..<geometry.output.width {
          let left = w * window.stride.width - window.padding.left
          var winner = -1
          for row in taps(from: top, window.kernel.height, window.dilation.height, geometry.input.height) {
            for column in taps(from: left, window.kernel.width, window.dilation.width, columns) {
              let place = row * columns + column
              let candidate = input.elements[start + place]
              if winner < 0 || candidate > input.elements[start + winner] || candidate.isNaN { winner = place }
            }
          }
          places.append(Int32(truncatingIfNeeded: winner))
        }
      }
    }
    return places
  }

  private static func taps(from origin: Int, _ count: Int, _ dilation: Int, _ extent: Int)
    -> LazyFilterSequence<StrideTo<Int>>
  {
    stride(from: origin, to: origin + count * dilation, by: dilation).lazy.filter { (0..<extent).contains($0) }
  }
}
