import Operations
import Tensors

/// A fully connected layer: y = x·Wᵀ + b (the book's section 3.1). The input features are inferred.
public struct Dense: OperationLayer {
  public static let kind = "Dense"

  /// Features of the output.
  public var features: Int
  /// Whether a bias is added.
  public var hasBias: Bool

  /// Makes a fully connected layer.
  public init(_ features: Int, hasBias: Bool = true) {
    self.features = features
    self.hasBias = hasBias
  }

  public func operation(input: Shape) throws -> Operation {
    .dense(try DenseGeometry(input: input, outputFeatures: features, hasBias: hasBias))
  }
}
