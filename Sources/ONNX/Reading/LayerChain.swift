import Layers
import Operations
import Tensors

/// The layers read so far, each of which takes the output of the one before.
struct LayerChain {
  /// The shape of what the first layer takes, batch included.
  private(set) var input: Shape
  /// The shape of the last output, batch included, with the zeros that ``padding`` adds.
  private(set) var shape: Shape
  private(set) var layers: [ReadLayer] = []
  /// Rows and columns around the last output that the next layer has to take for its own.
  private(set) var padding: PendingPadding?

  /// How many weights have been scaled, each as often as it was.
  private var scaledCount = 0
  /// The channels of all layers that scale them.
  private var scaledChannelCount = 0

  /// More channels than layers have, in one of them or in all that scale them: their numbers need not be in the file.
  static let largestChannelCount = 1 << 22

  /// More layers than any chain has.
  private static let largestCount = 1000
  /// A few times as many weights as a file can have.
  private static let largestScaledCount = 1 << 31
  /// More elements of one image than any layer has; what asks for more is no network but a mistake or an attack.
  private static let largestImage = 1 << 28
  /// More rows or columns than any image has with its padding.
  ///
  /// Where strides or dilations are as wide, the output may be small, and backends take their time all the same.
  private static let largestExtent = 1 << 16

  /// What a `Pad` adds.
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

  /// Takes images of another shape with the same elements, which is possible before the first layer.
  mutating func reshapeInput(to shape: Shape) {
    input = shape
    self.shape = shape
  }

  /// Adds a layer that takes the last output.
  mutating func append(_ step: Step, name: String) throws {
    if let padding {
      throw ONNXError(
        "a padding is read before a convolution or a pooling only, not before \(type(of: step.layer).kind)",
        node: padding.label)
    }
    guard layers.count < Self.largestCount else {
      throw ONNXError("the chain has more than \(Self.largestCount) layers, which are not supported")
    }
    let operation = try Self.operation(step.layer, shape)
    for (parameter, value) in zip(operation.parameters, step.parameters) {
      guard parameter.shape == value.shape else {
        throw ONNXError(
          "its \(parameter.role.rawValue) is \(value.shape), where an input of \(shape) needs \(parameter.shape)"
        )
      }
    }
    for state in operation.state {
      guard let value = step.state[state.name], value.shape != state.shape else { continue }
      throw ONNXError("its \(state.name) is \(value.shape), where an input of \(shape) needs \(state.shape)")
    }
    let values = zip(operation.parameters, step.parameters).map { (name: $0.role.rawValue, values: $1) }
    let state = step.state.map { (name: $0, values: $1) }
    layers.append(ReadLayer(name: name, layer: step.layer, parameters: values + state, scaling: step.scaling))
    shape = operation.outputShape
  }

  /// Counts the channels of a layer that is added to scale them.
  ///
  /// - Throws: ``ONNXError`` if they have become very many.
  mutating func requireFewScalings(of channels: Int) throws {
    scaledChannelCount += channels
    guard scaledChannelCount <= Self.largestChannelCount else {
      throw ONNXError(
        "more than \(Self.largestChannelCount) channels are scaled, which no network here needs")
    }
  }

  /// Counts the weights that are scaled with a layer.
  ///
  /// - Throws: ``ONNXError`` if the same ones have been scaled very often.
  mutating func requireFewScalings(of layer: ReadLayer) throws {
    scaledCount += layer.parameters.reduce(0) { $0 + $1.values.elements.count }
    guard scaledCount <= Self.largestScaledCount else {
      throw ONNXError("the weights before it are scaled again and again, which no network here needs")
    }
  }

  /// Changes the last layer, whose output keeps its shape.
  mutating func replaceLast(_ layer: ReadLayer) {
    layers[layers.count - 1] = layer
  }

  /// Adds zeros, or another number, around the planes.
  mutating func pad(_ amount: Padding, value: Float, label: String) throws {
    let before = padding?.amount ?? .zero
    guard padding == nil || padding?.value == value else {
      throw ONNXError("it pads with another number than the one before")
    }
    let height = shape[2] + amount.top + amount.bottom
    let width = shape[3] + amount.left + amount.right
    let padded: Shape = [shape[0], shape[1], height, width]
    guard max(height, width) <= Self.largestExtent, padded.isCountable,
      padded.elementCount / max(padded[0], 1) <= Self.largestImage
    else { throw ONNXError("its output of \(padded) is too large") }
    shape = padded
    padding = PendingPadding(
      amount: Padding(
        top: before.top + amount.top, bottom: before.bottom + amount.bottom,
        left: before.left + amount.left, right: before.right + amount.right), value: value, label: label)
  }

  /// Gives the padding away, to a layer that does it itself.
  mutating func takePadding() -> PendingPadding? {
    guard let taken = padding else { return nil }
    padding = nil
    shape = [
      shape[0], shape[1], shape[2] - taken.amount.top - taken.amount.bottom,
      shape[3] - taken.amount.left - taken.amount.right,
    ]
    return taken
  }

  /// Whether no number of the last output is below 0.
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
    guard output.isCountable, output.elementCount / max(output[0], 1) <= largestImage else {
      throw ONNXError("its output of \(output) is too large")
    }
    if let plane = operation.paddedPlane {
      guard max(plane.height, plane.width) <= largestExtent, plane.area <= largestImage else {
        throw ONNXError("its input is \(plane) with the padding, which is too large")
      }
    }
    return operation
  }
}

/// What a node becomes.
struct Step {
  /// The layer.
  var layer: any OperationLayer
  /// The values of its parameters, in the operation's order.
  var parameters: [Tensor<Float>] = []
  /// The values of its state, by the ends of their names.
  var state: [String: Tensor<Float>] = [:]
  /// What it does, if it is nothing but a scaling of each channel.
  var scaling: ChannelScaling?
}
