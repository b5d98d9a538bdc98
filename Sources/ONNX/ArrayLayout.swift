import Tensors

/// The layout of one image, or of one output, in the arrays that a model takes and returns.
///
/// Networks here use N×C×H×W throughout; inputs and outputs of Keras models are N×H×W×C.
public struct ArrayLayout: Sendable, Equatable {
  /// The shape in the model, without the batch.
  public let shape: Shape
  /// Whether the elements are in the order H×W×C, in any shape, while the network has C×H×W.
  public let isChannelsLast: Bool
  /// Whether the arrays have an axis for the batch; the output of a model for a single image may lack it.
  public let hasBatch: Bool

  init(shape: Shape, isChannelsLast: Bool, hasBatch: Bool = true) {
    self.shape = shape
    self.isChannelsLast = isChannelsLast
    self.hasBatch = hasBatch
  }

  /// Transposes an array from the model's layout to the network's.
  ///
  /// - Parameters:
  ///   - array: Images in the model's layout.
  ///   - image: The shape of one image in the network, with the same number of elements.
  /// - Returns: The same elements in the network's layout.
  public func networkArray(_ array: Tensor<Float>, image: Shape) -> Tensor<Float> {
    let turned = isChannelsLast ? array.moved(axis: 3, to: 1) : array
    return turned.reshaped(to: image.batched(array.shape[0]))
  }

  /// Transposes an array from the network's layout to the model's.
  ///
  /// - Parameter array: The network's output.
  /// - Returns: The same elements in the model's layout.
  public func modelArray(_ array: Tensor<Float>) -> Tensor<Float> {
    let turned = isChannelsLast ? array.moved(axis: 1, to: 3) : array
    let count = array.shape[0]
    return turned.reshaped(to: hasBatch || count != 1 ? shape.batched(count) : shape)
  }
}

extension Tensor {
  /// The same elements with one axis moved.
  fileprivate func moved(axis: Int, to target: Int) -> Tensor {
    var order = Array(0..<shape.rank)
    order.insert(order.remove(at: axis), at: target)
    return permuted(order)
  }
}
