import Backends
import Tensors

/// The tensors of one forward and backward pass that somebody has computed.
public protocol Recording {
  /// Who computed it, for people.
  var name: String { get }
  /// In which numbers it was computed, and so how large its roundings are.
  var precision: Precision { get }
  /// The plan that computed it; nil where that is not known.
  var plan: NetworkPlan? { get }
  /// The shape of a tensor, by its name in a trace (``TensorName``); nil if it was not recorded.
  func shape(of name: String) -> Shape?
  /// The tensor of a name.
  func tensor(_ name: String) throws -> Tensor<Double>
}
