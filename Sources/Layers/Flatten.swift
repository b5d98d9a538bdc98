import Operations
import Tensors

/// Each image's elements in one row: N×C×H×W becomes N×(C·H·W).
public struct Flatten: OperationLayer {
  public static let kind = "Flatten"

  /// Makes the layer.
  public init() {}

  public func operation(input: Shape) throws -> Operation {
    guard input.rank >= 2, input.extents.allSatisfy({ $0 > 0 }) else {
      throw GeometryError("it needs a batch of at least one image with at least one element")
    }
    return .flatten(input)
  }
}
