import Layers
import Operations
import Tensors

/// The layers read so far, each of which takes the output of the previous one.
struct LayerChain {
  /// The shape of the first layer's input, batch included.
  private(set) var input: Shape
  /// The shape of the last output, batch included, with the zeros that ``padding`` adds.
  private(set) var shape: Shape
  private(set) var layers: [ReadLayer] = []
  /// The padding of the last output, which the next layer has to absorb.
  private(set) var padding: PendingPadding?

  /// The number of changes so far; a value of the graph arranges the output after one of them.
  private(set) var version = 0

  /// The number of weights scaled so far, counted each time.
  private var scaledCount = 0
  /// The number of channels of all layers that scale channels.
  private var scaledChannelCount = 0

  /// More channels than real layers have, in one or in all layers that scale them; a bound, since their parameters need
  /// not be in the file.
  static let maximumChannelCount = 1 << 22

  /// More layers than any chain has.
  private static let maximumCount = 1000
  /// A few times the number of weights in the largest file.
  private static let maximumScaledCount = 1 << 31
  /// More elements per image than any real layer has; a file that needs more is a mistake or an attack.
  private static let maximumImageSize = 1 << 28
  /// More rows or columns than any real image has, padding included.
  ///
  /// With strides or dilations this wide, the output may be small, but backends would still take long.
  private static let maximumExtent = 1 << 16

  /// The padding of a `Pad` node.
  struct PendingPadding {
    var amount: Padding
    let value: Float
    /// The node, for messages.
    let label: String
  }

  init(input: Shape) {
    self.input = input
    shape = input
  }

  /// Changes the images' shape, not their elements, which is possible before the first layer.
  mutating func reshapeInput(to shape: Shape) {
    input = shape
    self.shape = shape
  }

  /// Adds a layer that takes the last output.
  mutating func append(_ step: Step, name: String) throws {
    if let padding {
      throw ONNXError(
        "padding is supported before a convolution or a pooling only, not before \(type(of: step.layer).kind)",
        node: padding.label)
    }
    guard layers.count < Self.maximumCount else {
      throw ONNXError("the chain has more than \(Self.maximumCount) layers, which is not supported")
    }
    let operation = try Self.operation(step.layer, shape)
    for (parameter, value) in zip(operation.parameters, step.parameters) {
      guard parameter.shape == value.shape else {
        throw ONNXError(
          "its \(parameter.role.rawValue) is \(value.shape), but an input of \(shape) needs \(parameter.shape)"
        )
      }
    }
    for state in operation.state {
      guard let value = step.state[state.name], value.shape != state.shape else { continue }
      throw ONNXError("its \(state.name) is \(value.shape), but an input of \(shape) needs \(state.shape)")
    }
    let values = zip(operation.parameters, step.parameters).map { (name: $0.role.rawValue, values: $1) }
    let state = step.state.map { (name: $0, values: $1) }
    layers.append(ReadLayer(name: name, layer: step.layer, parameters: values + state, scaling: step.scaling))
    shape = operation.outputShape
    version += 1
  }

  /// Counts the channels of a layer that scales them.
  ///
  /// - Throws: ``ONNXError`` if there are too many in total.
  mutating func requireFewScalings(of channels: Int) throws {
    scaledChannelCount += channels
    guard scaledChannelCount <= Self.maximumChannelCount else {
      throw ONNXError(
        "more than \(Self.maximumChannelCount) channels are scaled, which is not supported")
    }
  }

  /// Counts the weights of a layer that are scaled.
  ///
  /// - Throws: ``ONNXError`` if weights have been scaled too often.
  mutating func requireFewScalings(of layer: ReadLayer) throws {
    scaledCount += layer.parameters.reduce(0) { $0 + $1.values.elements.count }
    guard scaledCount <= Self.maximumScaledCount else {
      throw ONNXError("the weights before it are scaled too many times")
    }
  }

  /// Replaces the last layer by one with the same output shape.
  mutating func replaceLast(_ layer: ReadLayer) {
    layers[layers.count - 1] = layer
    version += 1
  }

  /// Pads the planes with zeros or another number.
  mutating func pad(_ amount: Padding, value: Float, label: String) throws {
    let before = padding?.amount ?? .zero
    guard padding == nil || padding?.value == value else {
      throw ONNXError("it pads with a different number than the padding before it")
    }
    let height = shape[2] + amount.top + amount.bottom
    let width = shape[3] + amount.left + amount.right
    let padded: Shape = [shape[0], shape[1], height, width]
    guard max(height, width) <= Self.maximumExtent, padded.isCountable,
      padded.elementCount / max(padded[0], 1) <= Self.maximumImageSize
    else { throw ONNXError("its output of shape \(padded) is too large") }
    shape = padded
    version += 1
    padding = PendingPadding(
      amount: Padding(
        top: before.top + amount.top, bottom: before.bottom + amount.bottom,
        left: before.left + amount.left, right: before.right + amount.right), value: value, label: label)
  }

  /// Takes the pending padding, for a layer that pads itself.
  mutating func takePadding() -> PendingPadding? {
    guard let taken = padding else { return nil }
    padding = nil
    version += 1
    shape = [
      shape[0], shape[1], shape[2] - taken.amount.top - taken.amount.bottom,
      shape[3] - taken.amount.left - taken.amount.right,
    ]
    return taken
  }

  /// Whether no element of the last output is below 0.
  var isNonNegative: Bool {
    for read in layers.reversed() {
      switch read.layer {
      case is ReLU, is Sigmoid, is Softmax: return true
      case is MaxPool2D, is AvgPool2D, is GlobalAvgPool2D, is Dropout, is Flatten: continue
      default: return false
      }
    }
    return false
  }

  private static func operation(_ layer: any OperationLayer, _ shape: Shape) throws -> TensorOperation {
    let operation: TensorOperation
    do {
      operation = try layer.operation(input: shape)
    } catch let error as GeometryError {
      throw ONNXError("\(error)")
    }
    let output = operation.outputShape
    guard output.isCountable, output.elementCount / max(output[0], 1) <= maximumImageSize else {
      throw ONNXError("its output of shape \(output) is too large")
    }
    if let plane = operation.paddedPlane {
      guard max(plane.height, plane.width) <= maximumExtent, plane.area <= maximumImageSize else {
        throw ONNXError("its input with the padding, \(plane), is too large")
      }
    }
    return operation
  }
}

/// The layer that a node becomes.
struct Step {
  /// The layer.
  var layer: any OperationLayer
  /// The values of its parameters, in the operation's order.
  var parameters: [Tensor<Float>] = []
  /// The values of its state, by the last part of their names.
  var state: [String: Tensor<Float>] = [:]
  /// The scaling that it computes, if it is only that.
  var scaling: ChannelScaling?
}
