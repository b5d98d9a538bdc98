import Layers
import Networks
import Operations
import Tensors

/// The filters of a network's first convolution, which is applied to the image itself.
public struct FirstFilters: Equatable, Sendable {
  /// The scaling of weights for display.
  public enum Scaling: Equatable, Sendable {
    /// By the largest weight of all filters, so that they can be compared.
    case common
    /// By the largest weight of each filter, so that weak ones are visible too.
    case own
  }

  /// The layer's name.
  public let layer: String
  /// The weights, O×I×H×W.
  public let weights: Tensor<Double>

  /// Reads the weights of the first convolution.
  ///
  /// - Parameters:
  ///   - layers: The model's layers.
  ///   - parameter: Returns the values of a parameter by its name.
  /// - Throws: `NetworkError` if there is no convolution; the function's errors.
  public init(_ layers: [ResolvedLayer], parameter: (String) throws -> Tensor<Double>) throws {
    guard let first = layers.first(where: { $0.operation.kind == .convolution }),
      let weight = first.operation.parameters.first
    else {
      throw NetworkError.unsuitableModel(reason: "the network has no convolution, and so no filters")
    }
    layer = first.name
    weights = try parameter(first.parameterName(weight))
  }

  /// Reads the weights of a network's first convolution.
  ///
  /// - Parameter network: The network.
  /// - Throws: `NetworkError` if there is no convolution.
  public init(of network: Network) throws {
    try self.init(
      network.model.resolved(for: network.image.batched(1)),
      parameter: { try network.parameter($0, as: Double.self) })
  }

  /// The number of filters.
  public var count: Int { weights.shape[0] }

  /// The number of input channels of each filter.
  public var channels: Int { weights.shape[1] }

  /// Height and width of a filter.
  public var kernel: Extent2D { Extent2D(weights.shape[2], weights.shape[3]) }

  /// The channels of a filter.
  ///
  /// - Parameter index: The filter, from 0.
  /// - Returns: A plane of weights per channel.
  /// - Precondition: The index is valid.
  public func planes(_ index: Int) -> [Plane] {
    let size = weights.shape.perImage.elementCount
    let elements = Array(weights.elements[index * size..<(index + 1) * size])
    return Plane.all(of: Tensor(shape: weights.shape.perImage, elements: elements))
  }

  /// The largest absolute weight that a filter's are divided by.
  ///
  /// - Parameters:
  ///   - index: The filter, from 0.
  ///   - scaling: The scaling.
  /// - Returns: The largest absolute weight.
  public func limit(_ index: Int, _ scaling: Scaling) -> Double {
    let planes = scaling == .own ? planes(index) : (0..<count).flatMap(planes)
    return planes.map(\.largestMagnitude).max() ?? 0
  }
}
