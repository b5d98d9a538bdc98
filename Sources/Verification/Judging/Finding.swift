import Tensors

/// What was found of one tensor.
public struct Finding: Sendable {
  /// The tensor's name in a trace.
  public let name: String
  /// The layers whose work it shows: of an activation those since the last that was recorded, which are several
  /// where they are fused; none of the loss.
  public let layers: [String]
  /// The tensor's shape.
  public let shape: Shape
  /// How far it lies from what it should be.
  public let difference: Difference
  /// The error that rounding is expected to make, in the tensor's own units; see ``Referee`` and
  /// ``UpdateReferee``.
  public let expectedRounding: Double

  /// The error in units of the expected rounding.
  public var units: Double {
    difference.absolute == 0 ? 0 : difference.absolute / expectedRounding
  }

  /// The most units that pass.
  public static let bound = 16.0

  /// Whether rounding explains the error.
  public var passes: Bool { units <= Self.bound }

  /// The place of the worst element: `[0, 3, 1, 1]`.
  public var worstPlace: [Int] {
    var rest = difference.worstElement
    return Array(
      shape.extents.reversed().map { extent in
        defer { rest /= max(extent, 1) }
        return rest % max(extent, 1)
      }.reversed())
  }
}
