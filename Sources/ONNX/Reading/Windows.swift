import Layers
import Operations
import Tensors

func readConv(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  try chain.shape.requireImages()
  guard let weightName = node.optionalInput(1) else { throw ONNXError("it has no input W") }
  let weight = try chain.constants.floats(weightName)
  guard weight.shape.rank == 4 else { throw ONNXError("its input W is \(weight.shape), not O×C×H×W") }
  let bias = try node.optionalInput(2).map { try chain.constants.floats($0) }
  let kernel = Extent2D(weight.shape[2], weight.shape[3])
  let window = try WindowAttributes(&node.attributes, kernel: kernel, input: chain.shape)
  let convolution = Conv2D(
    weight.shape[0], kernel: kernel, stride: window.stride, padding: window.padding,
    dilation: window.dilation,
    groups: try node.attributes.integer("group") ?? 1, hasBias: bias != nil)
  return Step(layer: convolution, parameters: [weight] + (bias.map { [$0] } ?? []))
}

func readMaxPool(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  try chain.shape.requireImages()
  guard try !node.attributes.flag("storage_order") else {
    throw ONNXError("attribute 'storage_order' is 1; only 0 is supported")
  }
  let window = try WindowAttributes(&node.attributes, kernel: nil, input: chain.shape)
  let roundsUp = try node.attributes.flag("ceil_mode")
  var step = Step(
    layer: MaxPool2D(
      kernel: window.kernel, stride: window.stride, padding: window.padding, dilation: window.dilation,
      roundsUp: roundsUp && !window.isAutomatic))
  if let indices = node.optionalOutput(1) { step.missing[indices] = "the Indices of a MaxPool" }
  return step
}

func readAveragePool(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  try chain.shape.requireImages()
  let window = try WindowAttributes(&node.attributes, kernel: nil, input: chain.shape)
  let roundsUp = try node.attributes.flag("ceil_mode")
  return Step(
    layer: AvgPool2D(
      kernel: window.kernel, stride: window.stride, padding: window.padding, dilation: window.dilation,
      roundsUp: roundsUp && !window.isAutomatic,
      countsPadding: try node.attributes.flag("count_include_pad")))
}

/// What `Conv`, `MaxPool` and `AveragePool` say of their window.
struct WindowAttributes {
  let kernel: Extent2D
  let stride: Extent2D
  let padding: Padding
  let dilation: Extent2D
  /// Whether `auto_pad` decides the size of the output, and `ceil_mode` has no say in it.
  let isAutomatic: Bool

  /// - Parameters:
  ///   - attributes: The node's attributes, of which these are taken.
  ///   - kernel: The extent that the weight has; nil for a pooling, which must give its own.
  ///   - input: N×C×H×W.
  /// - Throws: ``ONNXError`` for attributes that are missing, contradict each other or are not of two axes.
  init(_ attributes: inout Attributes, kernel: Extent2D?, input: Shape) throws {
    let given = try attributes.extent("kernel_shape")
    guard let kernel = kernel ?? given else { throw ONNXError("attribute 'kernel_shape' is missing") }
    guard given == nil || given == kernel else {
      throw ONNXError("attribute 'kernel_shape' is \(given ?? kernel), and the weight's kernel \(kernel)")
    }
    self.kernel = kernel
    stride = try attributes.extent("strides") ?? 1
    dilation = try attributes.extent("dilations") ?? 1
    let pads = try attributes.integers("pads")
    let mode = try attributes.text("auto_pad") ?? "NOTSET"
    isAutomatic = mode != "NOTSET"
    guard !isAutomatic || pads?.allSatisfy({ $0 == 0 }) ?? true else {
      throw ONNXError("attributes 'auto_pad' and 'pads' cannot be had together")
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
    default: throw ONNXError("attribute 'auto_pad' is \(mode.quoted), which is none of its values")
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
      throw ONNXError("kernel, stride and dilation must lie between 1 and \(bounds.upperBound)")
    }
    let outputs = (extent + stride - 1) / stride
    return max((outputs - 1) * stride + (kernel - 1) * dilation + 1 - extent, 0)
  }
}

extension Operation {
  /// Height and width of the input with its padding, if a window moves over it.
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
        "attribute '\(name)' has \(values.count) numbers, where images in two dimensions need 2")
    }
    return Extent2D(values[0], values[1])
  }
}

extension Padding {
  /// From ONNX's order: the beginning of each axis, then the end of each.
  fileprivate init(pads: [Int]) throws {
    guard pads.count == 4 else {
      throw ONNXError("attribute 'pads' has \(pads.count) numbers, where images in two dimensions need 4")
    }
    self.init(top: pads[0], bottom: pads[2], left: pads[1], right: pads[3])
  }
}
