import Tensors

/// The result for one tensor.
public struct Finding: Sendable {
  /// The tensor's name in a trace.
  public let name: String
  /// The layers that computed it: for an activation those since the last recorded one, several if they are fused; none
  /// for the loss.
  public let layers: [String]
  /// The tensor's shape.
  public let shape: Shape
  /// The difference from the expected tensor.
  public let difference: Difference
  /// The expected rounding error, in the tensor's own units; see ``Referee`` and `UpdateReferee`.
  public let expectedRounding: Double

  /// The error in units of the expected rounding.
  public var units: Double {
    difference.absolute == 0 ? 0 : difference.absolute / expectedRounding
  }

  /// The maximum number of units that passes.
  public static let bound = 16.0

  /// Whether the error is within rounding error.
  public var passes: Bool { units <= Self.bound }

  /// The indices of the worst element: `[0, 3, 1, 1]`.
  public var worstIndices: [Int] {
    var rest = difference.worstElement
    return Array(
      shape.extents.reversed().map { extent in
        defer { rest /= max(extent, 1) }
        return rest % max(extent, 1)
      }.reversed())
  }
}
