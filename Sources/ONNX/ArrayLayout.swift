import Tensors

/// The layout of one image, or of one output, in the arrays that a model takes and returns.
///
/// Networks here are N×C×H×W throughout; models of Keras are N×H×W×C at their edges.
public struct ArrayLayout: Sendable, Equatable {
  /// The shape in the model, without the batch.
  public let shape: Shape
  /// Whether it is H×W×C, where the network has C×H×W.
  public let isChannelsLast: Bool

  /// Rearranges an array of the model for the network.
  ///
  /// - Parameters:
  ///   - array: Images as the model has them.
  ///   - image: The shape of one image in the network, with as many elements.
  /// - Returns: The same elements as the network has them.
  public func networkArray(_ array: Tensor<Float>, image: Shape) -> Tensor<Float> {
    let turned = isChannelsLast ? array.moved(axis: 3, to: 1) : array
    return turned.reshaped(to: image.batched(array.shape[0]))
  }

  /// Rearranges an array of the network for the model.
  ///
  /// - Parameter array: What the network gives.
  /// - Returns: The same elements as the model gives them.
  public func modelArray(_ array: Tensor<Float>) -> Tensor<Float> {
    let turned = isChannelsLast ? array.moved(axis: 1, to: 3) : array
    return turned.reshaped(to: shape.batched(array.shape[0]))
  }
}

extension Tensor {
  /// The same elements with an axis at another place.
  fileprivate func moved(axis: Int, to place: Int) -> Tensor {
    var order = Array(0..<shape.rank)
    order.insert(order.remove(at: axis), at: place)
    return permuted(order)
  }
}
