import Operations
import Tensors

/// max(x, 0), element by element (the book's section 5.1.2).
public struct ReLU: OperationLayer {
  public static let kind = "ReLU"

  /// Makes the layer.
  public init() {}

  public func operation(input: Shape) throws -> Operation { .relu(input) }
}
