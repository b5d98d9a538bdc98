import Operations
import Tensors

/// A fully connected layer, y = x·Wᵀ + b.
///
/// The input features are inferred. Source: the book's section 3.1.
public struct Dense: OperationLayer {
  /// `Dense`.
  public static let kind = "Dense"

  /// Features of the output.
  public var features: Int
  /// Whether a bias is added.
  public var hasBias: Bool

  /// Creates a fully connected layer.
  public init(_ features: Int, hasBias: Bool = true) {
    self.features = features
    self.hasBias = hasBias
  }

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    .dense(try DenseGeometry(input: input, outputFeatures: features, hasBias: hasBias))
  }
}
