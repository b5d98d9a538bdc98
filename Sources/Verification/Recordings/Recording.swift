import Backends
import Tensors

/// The recorded tensors of one forward and backward pass.
public protocol Recording {
  /// The name of the backend or trace, for display.
  var name: String { get }
  /// The precision it was computed in, which determines the size of its roundings.
  var precision: Precision { get }
  /// The plan that computed it; nil if unknown.
  var plan: NetworkPlan? { get }
  /// The algorithm that computed a convolution, by the layer's name; nil if unknown or not a convolution.
  func algorithm(ofLayer name: String) -> ConvolutionAlgorithm?
  /// The shape of a tensor, by its name in a trace (``TensorName``); nil if it was not recorded.
  func shape(of name: String) -> Shape?
  /// The tensor with a name.
  func tensor(_ name: String) throws -> Tensor<Double>
}

extension Recording {
  /// The algorithms are unknown.
  public func algorithm(ofLayer name: String) -> ConvolutionAlgorithm? { nil }
}

/// A way in which a network runs its layers; each has separate kernels and memory, and can fail separately.
public enum NetworkPlan: String, Sendable, Codable, CaseIterable {
  /// Every layer separately, and the whole batch at once: only verification runs this way, to locate a wrong layer
  /// exactly.
  case separate
  /// The plan for training: ReLU fused or moved behind max pooling, activations overwritten, batches in parts.
  case training
  /// The plan for prediction and evaluation: the same without backward passes and dropout.
  case prediction
}
