import Backends
import Operations
import Tensors

/// The maximal element of each window of a max pooling.
public enum PoolingWinners {
  /// The number of a layer's windows with a different winner.
  public struct Count: Sendable, Equatable {
    /// The pooling's name.
    public let layer: String
    /// Windows with a different winner.
    public let differing: Int
    /// All windows.
    public let windows: Int
  }

  /// The winners' indices in their planes, by the rule of all backends and PyTorch: with ties, the first in row-major
  /// order, and NaN exceeds everything.
  ///
  /// - Parameters:
  ///   - input: The pooling's input.
  ///   - geometry: The arrangement of the windows.
  /// - Returns: An index for each element of the output; -1 if a window covers nothing.
  static func indices(in input: Tensor<Double>, _ geometry: PoolingGeometry) -> [Int32] {
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
        let index = row * width + column
        if winner < 0 || plane[index] > plane[winner] || plane[index].isNaN { winner = index }
      }
    }
    return Int32(truncatingIfNeeded: winner)
  }

  /// The rows or columns of the input that a window covers.
  private static func taps(from origin: Int, _ count: Int, _ dilation: Int, _ extent: Int) -> [Int] {
    stride(from: origin, to: origin + count * dilation, by: dilation).filter { (0..<extent).contains($0) }
  }
}

/// The winners of all max poolings of an experiment computed in float64.
public struct ExactWinners: Sendable {
  /// The winners' indices, by the layer's index in the experiment.
  let indices: [Int: [Int32]]

  /// Computes an experiment's forward pass up to its last max pooling.
  ///
  /// - Parameters:
  ///   - experiment: The experiment.
  ///   - precision: The precision of the results to compare: below float64, images and parameters are float32.
  ///   - threads: The threads to compute with.
  /// - Throws: The errors of the reference.
  public init(_ experiment: Experiment, precision: Precision, threads: ThreadPool) throws {
    let experiment = try experiment.taken(in: precision)
    var indices: [Int: [Int32]] = [:]
    var values = experiment.images
    let poolings = experiment.layers.indices.filter { index in
      if case .maxPooling = experiment.layers[index].operation { true } else { false }
    }
    for index in 0..<(poolings.last.map { $0 + 1 } ?? 0) {
      if case .maxPooling(let geometry) = experiment.layers[index].operation {
        indices[index] = PoolingWinners.indices(in: values, geometry)
      }
      values = try ReferenceLayer(index, of: experiment, precision: .float64, threads: threads).forward(
        values)
    }
    self.indices = indices
  }
}
