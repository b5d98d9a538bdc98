import Tensors

/// The sizes of one fully connected layer: y = x·Wᵀ + b with x N×I, W O×I, b O, y N×O.
public struct DenseGeometry: Hashable, Sendable {
  /// Rows of the input.
  public let batch: Int
  /// I.
  public let inputFeatures: Int
  /// O.
  public let outputFeatures: Int
  /// Whether a bias is added.
  public let hasBias: Bool

  /// Checks the sizes of a fully connected layer over an input.
  ///
  /// - Throws: ``GeometryError`` unless the input is N×I and there is an output feature.
  public init(input: Shape, outputFeatures: Int, hasBias: Bool = true) throws {
    guard input.rank == 2, input.extents.allSatisfy({ $0 > 0 }), input.isCountable else {
      throw GeometryError.unsuitableInput(
        input, reason: "it needs an input of N×features, got \(input); put a Flatten before it")
    }
    guard outputFeatures > 0, Shape(outputFeatures, input[1]).isCountable,
      Shape(input[0], outputFeatures).isCountable
    else {
      throw GeometryError.invalidArgument(
        name: "outputFeatures",
        reason:
          "it has \(outputFeatures) output features; it needs at least 1, and fewer than 2⁴⁰ elements in total"
      )
    }
    batch = input[0]
    inputFeatures = input[1]
    self.outputFeatures = outputFeatures
    self.hasBias = hasBias
  }

  /// N×I.
  public var inputShape: Shape { [batch, inputFeatures] }

  /// N×O.
  public var outputShape: Shape { [batch, outputFeatures] }

  /// O×I.
  public var weightShape: Shape { [outputFeatures, inputFeatures] }

  /// Multiply-accumulates of the forward pass for the whole batch.
  public var multiplyAccumulates: Int { batch * inputFeatures * outputFeatures }
}
