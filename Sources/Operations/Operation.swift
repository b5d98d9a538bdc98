import Tensors

/// What one layer computes, with all sizes known: the language that layers speak to backends.
public enum Operation: Hashable, Sendable {
  /// Cross-correlation with a weight, and a bias if the geometry has one; then the activation, if any.
  case convolution(ConvolutionGeometry, activation: Activation?)
  /// y = x·Wᵀ + b.
  case dense(DenseGeometry)
  /// The largest element of each window; of equal ones the first in row-major order takes the gradient.
  case maxPooling(PoolingGeometry)
  /// The mean of each window; with `countsPadding` the padding counts as zeros.
  case averagePooling(PoolingGeometry, countsPadding: Bool)
  /// max(x, 0), with NaN kept, over a tensor of any shape.
  case relu(Shape)
  /// In training each element is 0 with the probability, and otherwise divided by its complement.
  case dropout(Shape, probability: Double)
  /// N×C×H×W read as N×(C·H·W).
  case flatten(Shape)
  /// exp(xᵢ) / Σⱼ exp(xⱼ) along one axis.
  case softmax(SoftmaxGeometry)

  /// The shape that it takes.
  public var inputShape: Shape {
    switch self {
    case .convolution(let geometry, _): geometry.inputShape
    case .dense(let geometry): geometry.inputShape
    case .maxPooling(let geometry), .averagePooling(let geometry, _): geometry.inputShape
    case .relu(let shape), .dropout(let shape, _), .flatten(let shape): shape
    case .softmax(let geometry): geometry.shape
    }
  }

  /// The shape that it gives.
  public var outputShape: Shape {
    switch self {
    case .convolution(let geometry, _): geometry.outputShape
    case .dense(let geometry): geometry.outputShape
    case .maxPooling(let geometry), .averagePooling(let geometry, _): geometry.outputShape
    case .relu(let shape), .dropout(let shape, _): shape
    case .flatten(let shape): [shape[0], shape.elementCount / max(shape[0], 1)]
    case .softmax(let geometry): geometry.shape
    }
  }

  /// The parameters that it learns: the weight, then the bias if there is one.
  public var parameters: [ParameterSpecification] {
    switch self {
    case .convolution(let geometry, _):
      let area = geometry.window.kernel.area
      return ParameterSpecification.weightAndBias(
        weight: geometry.weightShape, fanIn: geometry.inputChannelsPerGroup * area,
        fanOut: geometry.outputChannels * area, hasBias: geometry.hasBias)
    case .dense(let geometry):
      return ParameterSpecification.weightAndBias(
        weight: geometry.weightShape, fanIn: geometry.inputFeatures, fanOut: geometry.outputFeatures,
        hasBias: geometry.hasBias)
    case .maxPooling, .averagePooling, .relu, .dropout, .flatten, .softmax:
      return []
    }
  }

  /// Multiply-accumulates of the forward pass for the whole batch; what has no products counts none.
  public var multiplyAccumulates: Int {
    switch self {
    case .convolution(let geometry, _): geometry.multiplyAccumulates
    case .dense(let geometry): geometry.multiplyAccumulates
    case .maxPooling, .averagePooling, .relu, .dropout, .flatten, .softmax: 0
    }
  }

  /// An operation without its sizes.
  public enum Kind: String, CaseIterable, Sendable {
    case convolution, dense
    case maxPooling = "max pooling"
    case averagePooling = "average pooling"
    case relu = "ReLU"
    case dropout, flatten, softmax
  }

  /// The operation without its sizes.
  public var kind: Kind {
    switch self {
    case .convolution: .convolution
    case .dense: .dense
    case .maxPooling: .maxPooling
    case .averagePooling: .averagePooling
    case .relu: .relu
    case .dropout: .dropout
    case .flatten: .flatten
    case .softmax: .softmax
    }
  }

  /// The name of ``kind``, for people.
  public var name: String { kind.rawValue }
}
