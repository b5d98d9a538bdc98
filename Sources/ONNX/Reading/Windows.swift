import Layers
import Operations
import Tensors

func readConv(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  try graph.chain.requireImages(value)
  let weight = try graph.floats(try node.input(1, "W"))
  guard weight.shape.rank == 4 else { throw ONNXError("its input W has shape \(weight.shape), not O×C×H×W") }
  let bias = try node.optionalInput(2).map { try graph.floats($0) }
  let kernel = Extent2D(weight.shape[2], weight.shape[3])
  let window = try WindowAttributes(&node.attributes, kernel: kernel, input: graph.chain.shape)
  let outer = graph.chain.takePadding()
  try outer?.requireZeros()
  let convolution = Conv2D(
    weight.shape[0], kernel: kernel, stride: window.stride,
    padding: window.padding + (outer?.amount ?? .zero), dilation: window.dilation,
    groups: try node.attributes.integer("group") ?? 1, hasBias: bias != nil)
  try graph.chain.append(
    Step(layer: convolution, parameters: [weight] + (bias.map { [$0] } ?? [])), name: node.name)
  return graph.chain.output
}

/// Zeros around an input without negative numbers never exceed the maximum of a window, so they are equivalent to
/// padding that is ignored.
func readMaxPool(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  try graph.chain.requireImages(value)
  guard try !node.attributes.flag("storage_order") else {
    throw ONNXError("attribute 'storage_order' is 1; only 0 is supported")
  }
  let window = try WindowAttributes(&node.attributes, kernel: nil, input: graph.chain.shape)
  let roundsUp = try node.attributes.flag("ceil_mode") && !window.isAutomatic
  let outer = graph.chain.takePadding()
  if let outer {
    try outer.requireNotRounding(roundsUp)
    guard outer.value < 0 || graph.chain.isNonNegative else {
      throw ONNXError(
        "it pads with 0 before a MaxPool whose input may be negative; only -inf, or 0 after a ReLU, is supported",
        node: outer.label)
    }
  }
  let pooling = MaxPool2D(
    kernel: window.kernel, stride: window.stride, padding: window.padding + (outer?.amount ?? .zero),
    dilation: window.dilation, roundsUp: roundsUp)
  if let indices = node.optionalOutput(1) { try graph.omit(indices, "the Indices of a MaxPool") }
  try graph.chain.append(Step(layer: pooling), name: node.name)
  return graph.chain.output
}

func readAveragePool(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try graph.chain.requireImages(value)
  let window = try WindowAttributes(&node.attributes, kernel: nil, input: graph.chain.shape)
  let roundsUp = try node.attributes.flag("ceil_mode") && !window.isAutomatic
  var countsPadding = try node.attributes.flag("count_include_pad")
  let outer = graph.chain.takePadding()
  if let outer {
    try outer.requireZeros()
    try outer.requireNotRounding(roundsUp)
    guard countsPadding || window.padding == .zero else {
      throw ONNXError(
        "it pads before an AveragePool whose own padding is not counted; only one of both is supported",
        node: outer.label)
    }
    countsPadding = true
  }
  let pooling = AvgPool2D(
    kernel: window.kernel, stride: window.stride, padding: window.padding + (outer?.amount ?? .zero),
    dilation: window.dilation, roundsUp: roundsUp, countsPadding: countsPadding)
  try graph.chain.append(Step(layer: pooling), name: node.name)
  return graph.chain.output
}

/// The maximum of each plane.
func readGlobalMaxPool(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try graph.chain.requireImages(value)
  let shape = graph.chain.shape
  try graph.chain.append(
    Step(layer: MaxPool2D(kernel: Extent2D(shape[2], shape[3]), stride: 1)), name: node.name)
  return graph.chain.output
}

extension LayerChain.PendingPadding {
  /// Requires that no window of the next pooling exceeds the padded planes, where a `Pad` and a pooling's padding
  /// differ.
  fileprivate func requireNotRounding(_ roundsUp: Bool) throws {
    guard roundsUp else { return }
    throw ONNXError("it pads before a pooling with ceil_mode 1, which is not supported", node: label)
  }
}

/// The window of a `Conv`, `MaxPool` or `AveragePool`.
struct WindowAttributes {
  let kernel: Extent2D
  let stride: Extent2D
  let padding: Padding
  let dilation: Extent2D
  /// Whether `auto_pad` determines the size of the output, so that `ceil_mode` has no effect.
  let isAutomatic: Bool

  /// - Parameters:
  ///   - attributes: The node's attributes; those of the window are taken.
  ///   - kernel: The extent of the weight; nil for a pooling, whose attributes must have it.
  ///   - input: N×C×H×W.
  /// - Throws: ``ONNXError`` for attributes that are missing, contradict each other or do not have two axes.
  init(_ attributes: inout Attributes, kernel: Extent2D?, input: Shape) throws {
    let given = try attributes.extent("kernel_shape")
    guard let kernel = kernel ?? given else { throw ONNXError("attribute 'kernel_shape' is missing") }
    guard given == nil || given == kernel else {
      throw ONNXError("attribute 'kernel_shape' is \(given ?? kernel), but the weight's kernel is \(kernel)")
    }
    self.kernel = kernel
    stride = try attributes.extent("strides") ?? 1
    dilation = try attributes.extent("dilations") ?? 1
    let pads = try attributes.integers("pads")
    let mode = try attributes.text("auto_pad") ?? "NOTSET"
    isAutomatic = mode != "NOTSET"
    guard !isAutomatic || pads?.allSatisfy({ $0 == 0 }) ?? true else {
      throw ONNXError("attributes 'auto_pad' and 'pads' cannot be combined")
    }
    let rows = PaddedAxis(
      extent: input[2], kernel: kernel.height, stride: stride.height, dilation: dilation.height)
    let columns = PaddedAxis(
      extent: input[3], kernel: kernel.width, stride: stride.width, dilation: dilation.width)
    switch mode {
    case "NOTSET": padding = try Padding(pads: pads ?? [0, 0, 0, 0])
    case "VALID": padding = .zero
    case "SAME_UPPER":
      let (height, width) = (try rows.samePadding(), try columns.samePadding())
      padding = Padding(
        top: height / 2, bottom: height - height / 2, left: width / 2, right: width - width / 2)
    case "SAME_LOWER":
      let (height, width) = (try rows.samePadding(), try columns.samePadding())
      padding = Padding(
        top: height - height / 2, bottom: height / 2, left: width - width / 2, right: width / 2)
    default: throw ONNXError("attribute 'auto_pad' is \(mode.quoted), which is not one of its values")
    }
  }
}

/// One axis of a window whose padding is computed.
private struct PaddedAxis {
  let extent: Int
  let kernel: Int
  let stride: Int
  let dilation: Int

  /// The padding with which there are extent / stride windows, rounded up.
  func samePadding() throws -> Int {
    // The same bounds as SlidingWindow's, so that nothing overflows.
    let bounds = 1...(1 << 24)
    guard [extent, kernel, stride, dilation].allSatisfy(bounds.contains) else {
      throw ONNXError("kernel, stride and dilation must be between 1 and \(bounds.upperBound)")
    }
    let outputs = (extent + stride - 1) / stride
    return max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
  }
}

extension TensorOperation {
  /// Height and width of the input with its padding, if a window slides over it.
  var paddedPlane: Extent2D? {
    switch self {
    case .convolution(let geometry, _): geometry.window.padded(geometry.input)
    case .maxPooling(let geometry), .averagePooling(let geometry, _): geometry.window.padded(geometry.input)
    case .dense, .batchNormalization, .relu, .sigmoid, .dropout, .flatten, .softmax: nil
    }
  }
}

extension SlidingWindow {
  fileprivate func padded(_ input: Extent2D) -> Extent2D {
    Extent2D(
      input.height + padding.top + padding.bottom, input.width + padding.left + padding.right)
  }
}

extension Attributes {
  /// A height and a width.
  fileprivate mutating func extent(_ name: String) throws -> Extent2D? {
    guard let values = try integers(name) else { return nil }
    guard values.count == 2 else {
      throw ONNXError(
        "attribute \(name.quoted) has \(counted(values.count, "number")), but two-dimensional images need 2")
    }
    return Extent2D(values[0], values[1])
  }
}

extension Padding {
  /// From ONNX's order: the beginning of each axis, then the end of each.
  fileprivate init(pads: [Int]) throws {
    guard pads.count == 4 else {
      throw ONNXError(
        "attribute 'pads' has \(counted(pads.count, "number")), but two-dimensional images need 4")
    }
    // The same bound as SlidingWindow's, so that an earlier padding can be added.
    guard pads.allSatisfy({ (0...1 << 24).contains($0) }) else {
      throw ONNXError(
        "attribute 'pads' is \(pads); the padding of each side must be between 0 and \(1 << 24)")
    }
    self.init(top: pads[0], bottom: pads[2], left: pads[1], right: pads[3])
  }
}
