import Tensors

/// The computation of one layer, with all sizes known, which layers pass to backends.
public enum TensorOperation: Hashable, Sendable {
  /// Cross-correlation with a weight, and a bias if the geometry has one; then the activation, if any.
  case convolution(ConvolutionGeometry, activation: Activation?)
  /// y = x·Wᵀ + b.
  case dense(DenseGeometry)
  /// Each channel minus its mean, divided by its standard deviation, times a learned scale, plus a learned shift.
  ///
  /// Training uses the statistics of the batch and updates the running ones; prediction uses the running ones.
  case batchNormalization(BatchNormalizationGeometry)
  /// The largest element of each window; with ties, the first in row-major order takes the gradient.
  case maxPooling(PoolingGeometry)
  /// The mean of each window; with `countsPadding` the padding counts as zeros.
  case averagePooling(PoolingGeometry, countsPadding: Bool)
  /// max(x, 0), with NaN kept, over a tensor of any shape.
  case relu(Shape)
  /// 1 / (1 + exp(−x)), with NaN kept, over a tensor of any shape.
  case sigmoid(Shape)
  /// In training each element is 0 with the probability p, and otherwise divided by 1 − p.
  case dropout(Shape, probability: Double)
  /// N×C×H×W read as N×(C·H·W).
  case flatten(Shape)
  /// exp(xᵢ) / Σⱼ exp(xⱼ) along one axis.
  case softmax(SoftmaxGeometry)

  /// The shape of the input.
  public var inputShape: Shape {
    switch self {
    case .convolution(let geometry, _): geometry.inputShape
    case .dense(let geometry): geometry.inputShape
    case .batchNormalization(let geometry): geometry.shape
    case .maxPooling(let geometry), .averagePooling(let geometry, _): geometry.inputShape
    case .relu(let shape), .sigmoid(let shape), .dropout(let shape, _), .flatten(let shape): shape
    case .softmax(let geometry): geometry.shape
    }
  }

  /// The shape of the output.
  public var outputShape: Shape {
    switch self {
    case .convolution(let geometry, _): geometry.outputShape
    case .dense(let geometry): geometry.outputShape
    case .batchNormalization(let geometry): geometry.shape
    case .maxPooling(let geometry), .averagePooling(let geometry, _): geometry.outputShape
    case .relu(let shape), .sigmoid(let shape), .dropout(let shape, _): shape
    case .flatten(let shape): [shape[0], shape.elementCount / max(shape[0], 1)]
    case .softmax(let geometry): geometry.shape
    }
  }

  /// The learned parameters: the weight, then the bias, if any; for a batch normalization the scale and the shift.
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
    case .batchNormalization(let geometry):
      return ParameterSpecification.scaleAndShift(channels: geometry.channels)
    case .maxPooling, .averagePooling, .relu, .sigmoid, .dropout, .flatten, .softmax:
      return []
    }
  }

  /// The state kept from step to step: for a batch normalization the running mean and the running variance of each
  /// channel, and the number of batches they cover.
  public var state: [StateSpecification] {
    guard case .batchNormalization(let geometry) = self else { return [] }
    return [
      StateSpecification(name: "running_mean", shape: [geometry.channels], initialValue: 0),
      StateSpecification(name: "running_var", shape: [geometry.channels], initialValue: 1),
      StateSpecification(name: "num_batches_tracked", shape: [], initialValue: 0, isCount: true),
    ]
  }

  /// Whether the output for an image depends on the other images of the batch in training, so that the batch cannot be
  /// divided.
  public var mixesImages: Bool {
    if case .batchNormalization = self { true } else { false }
  }

  /// Multiply-accumulates of the forward pass for the whole batch; 0 for operations without products.
  public var multiplyAccumulates: Int {
    switch self {
    case .convolution(let geometry, _): geometry.multiplyAccumulates
    case .dense(let geometry): geometry.multiplyAccumulates
    case .batchNormalization, .maxPooling, .averagePooling, .relu, .sigmoid, .dropout, .flatten, .softmax: 0
    }
  }

  /// An operation without its sizes.
  public enum Kind: String, CaseIterable, Sendable {
    case convolution, dense
    case batchNormalization = "batch normalization"
    case maxPooling = "max pooling"
    case averagePooling = "average pooling"
    case relu = "ReLU"
    case sigmoid, dropout, flatten, softmax
  }

  /// The operation without its sizes.
  public var kind: Kind {
    switch self {
    case .convolution: .convolution
    case .dense: .dense
    case .batchNormalization: .batchNormalization
    case .maxPooling: .maxPooling
    case .averagePooling: .averagePooling
    case .relu: .relu
    case .sigmoid: .sigmoid
    case .dropout: .dropout
    case .flatten: .flatten
    case .softmax: .softmax
    }
  }

  /// The name of ``kind``, for display.
  public var name: String { kind.rawValue }
}

/// A function applied to each element, which a backend may compute together with the operation before it.
public enum Activation: String, Sendable, Codable {
  /// max(x, 0), with NaN kept.
  case relu
}
