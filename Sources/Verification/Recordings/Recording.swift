import Backends
import Tensors

/// The tensors of one forward and backward pass that somebody has computed.
public protocol Recording {
  /// Who computed it, for people.
  var name: String { get }
  /// The precision it was computed in, which says how large its roundings are.
  var precision: Precision { get }
  /// The plan that computed it; nil where that is not known.
  var plan: NetworkPlan? { get }
  /// The algorithm that computed a convolution, by the layer's name; nil where that is not known, or no convolution.
  func algorithm(ofLayer name: String) -> ConvolutionAlgorithm?
  /// The shape of a tensor, by its name in a trace (``TensorName``); nil if it was not recorded.
  func shape(of name: String) -> Shape?
  /// The tensor of a name.
  func tensor(_ name: String) throws -> Tensor<Double>
}

extension Recording {
  /// The algorithms are not known.
  public func algorithm(ofLayer name: String) -> ConvolutionAlgorithm? { nil }
}

/// A way in which a network runs its layers; each has kernels and memory of its own, and so mistakes of its own.
public enum NetworkPlan: String, Sendable, Codable, CaseIterable {
  /// Every layer by itself, and the whole batch at once: nothing runs this way but the verification, which learns
  /// from it exactly which layer is wrong.
  case separate
  /// What trains: ReLU fused or moved behind max pooling, activations overwritten, batches in parts.
  case training
  /// What predicts and evaluates: the same without backward passes, dropout off.
  case prediction
}
