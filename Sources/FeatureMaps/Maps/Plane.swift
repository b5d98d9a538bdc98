import Tensors

/// Numbers in rows and columns: one channel of an activation, a kernel, a gray image.
public struct Plane: Equatable, Sendable {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
  /// The numbers, row by row.
  public let values: [Double]

  /// Creates a plane from numbers.
  ///
  /// - Parameters:
  ///   - height: Rows, at least 1.
  ///   - width: Columns, at least 1.
  ///   - values: The numbers, row by row.
  /// - Precondition: `values` has that many numbers.
  public init(height: Int, width: Int, values: [Double]) {
    precondition(values.count == height * width, "\(values.count) numbers for \(height)×\(width)")
    self.height = height
    self.width = width
    self.values = values
  }

  /// The planes of a tensor, …×H×W, in order.
  ///
  /// - Parameter tensor: The tensor, of rank 2 or more.
  /// - Returns: The planes.
  public static func all(of tensor: Tensor<Double>) -> [Plane] {
    let (height, width) = (tensor.shape[tensor.shape.rank - 2], tensor.shape[tensor.shape.rank - 1])
    let area = height * width
    return stride(from: 0, to: tensor.elements.count, by: max(area, 1)).map {
      Plane(height: height, width: width, values: Array(tensor.elements[$0..<$0 + area]))
    }
  }

  /// One of the numbers.
  public subscript(row: Int, column: Int) -> Double { values[row * width + column] }

  /// The mean of the numbers.
  public var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The largest finite absolute value; 0 without any.
  public var largestMagnitude: Double { values.lazy.filter(\.isFinite).map(abs).max() ?? 0 }

  /// The difference from another plane of the same size, number by number.
  ///
  /// - Parameter other: The plane to subtract.
  /// - Returns: The differences.
  /// - Precondition: The sizes are equal.
  public func minus(_ other: Plane) -> Plane {
    precondition((height, width) == (other.height, other.width), "planes of different sizes")
    return Plane(height: height, width: width, values: zip(values, other.values).map { $0 - $1 })
  }

  /// The plane in another size, interpolated bilinearly.
  ///
  /// Each number is at the center of its cell, and beyond the outermost centers the numbers are constant: PyTorch's
  /// `align_corners=False`.
  ///
  /// - Parameters:
  ///   - height: Rows, at least 1.
  ///   - width: Columns, at least 1.
  /// - Returns: The plane.
  public func interpolated(height: Int, width: Int) -> Plane {
    let rows = Interpolation.all(from: self.height, to: height)
    let columns = Interpolation.all(from: self.width, to: width)
    let values = rows.flatMap { row in
      columns.map { column in
        let upper = column.value(self[row.first, column.first], self[row.first, column.second])
        let lower = column.value(self[row.second, column.first], self[row.second, column.second])
        return row.value(upper, lower)
      }
    }
    return Plane(height: height, width: width, values: values)
  }
}

/// The two numbers along an axis around a point.
private struct Interpolation {
  let first: Int
  let second: Int
  /// The second one's weight.
  private let weight: Double

  static func all(from source: Int, to target: Int) -> [Interpolation] {
    (0..<target).map { index in
      let position = (Double(index) + 0.5) * Double(source) / Double(target) - 0.5
      let clamped = min(max(position, 0), Double(source - 1))
      let first = Int(clamped)
      return Interpolation(
        first: first, second: min(first + 1, source - 1), weight: clamped - Double(first))
    }
  }

  /// Ignores a number with zero weight, so that a non-finite one does not spread.
  func value(_ first: Double, _ second: Double) -> Double {
    weight == 0 ? first : first * (1 - weight) + second * weight
  }
}
