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
    let rows = (0..<geometry.output.height).map { index in
      taps(
        from: index * geometry.window.stride.height - geometry.window.padding.top,
        geometry.window.kernel.height, geometry.window.dilation.height, geometry.input.height)
    }
    let columns = (0..<geometry.output.width).map { index in
      taps(
        from: index * geometry.window.stride.width - geometry.window.padding.left,
        geometry.window.kernel.width, geometry.window.dilation.width, geometry.input.width)
    }
    return input.elements.withUnsafeBufferPointer { elements in
      (0..<geometry.batch * geometry.channels).flatMap { plane in
        let x = UnsafeBufferPointer(
          rebasing: elements[plane * geometry.input.area..<(plane + 1) * geometry.input.area])
        return rows.flatMap { rows in
          columns.map { winner(in: x, rows, $0, width: geometry.input.width) }
        }
      }
    }
  }

  private static func winner(
    in plane: UnsafeBufferPointer<Double>, _ rows: [Int], _ columns: [Int], width: Int
  ) -> Int32 {
    var winner = -1
    for row in rows {
      for column in columns {
        let place = row * width + column
        if winner < 0 || plane[place] > plane[winner] || plane[place].isNaN { winner = place }
      }
    }
    return Int32(truncatingIfNeeded: winner)
  }

  /// The rows or columns of the input that a window covers.
  private static func taps(from origin: Int, _ count: Int, _ dilation: Int, _ extent: Int) -> [Int] {
    stride(from: origin, to: origin + count * dilation, by: dilation).filter { (0..<extent).contains($0) }
  }
}
