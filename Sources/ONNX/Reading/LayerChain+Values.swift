import Layers
import Tensors

extension LayerChain {
  /// The value that the last layer gives.
  var output: ImageValue { ImageValue(view: View(shape)) }

  /// The elements of one image.
  private var imageElements: Int { shape.elementCount / max(shape[0], 1) }

  /// The axis of the batch, as a view has it.
  var batchAxis: [View.Factor] { View.merged([View.Factor(extent: shape[0], stride: imageElements)]) }

  /// Elements of one channel.
  var area: Int { shape.rank < 2 ? 1 : imageElements / max(shape[1], 1) }

  /// The axis of the channels, or of a row's features, as a view has it.
  var channelAxis: [View.Factor] {
    View.merged([View.Factor(extent: shape.rank < 2 ? 1 : shape[1], stride: area)])
  }

  /// Adds a layer that treats each element by itself, wherever it lies.
  mutating func appendElementwise(_ step: Step, to value: ImageValue, name: String) throws -> ImageValue {
    try settle(value)
    try append(step, name: name)
    return value
  }

  /// Requires that a value is a batch of images as the next layer takes them, N×C×H×W.
  ///
  /// - Throws: ``ONNXError`` that names the node that arranged it otherwise.
  mutating func requireImages(_ value: ImageValue) throws {
    try requireWhole(value)
    let given = value.view.shape
    guard given.rank == 4 else {
      throw ONNXError(
        "its input is \(given), with \(max(given.rank - 2, 0)) spatial axes; only images in two dimensions, N×C×H×W, are "
          + "supported")
    }
    if layers.isEmpty, padding == nil, value.view == View(given), given[0] == shape[0] {
      reshapeInput(to: given)
    }
    guard shape == given, value.view == View(shape) else {
      throw unreadable(value, "N×C×H×W images in their own order are needed")
    }
  }

  /// Makes a flattening that has been left to the next layer a layer.
  ///
  /// - Throws: ``ONNXError`` if the value is a sum of parts.
  mutating func settle(_ value: ImageValue) throws {
    try requireWhole(value)
    let row: Shape = [shape[0], imageElements]
    guard shape.rank > 2, padding == nil, value.view.shape == row, value.view == View(row) else { return }
    try append(Step(layer: Flatten()), name: value.origin?.name ?? "")
  }

  /// The view of the graph's output.
  mutating func finished(_ value: ImageValue) throws -> View {
    try settle(value)
    if let padding {
      throw ONNXError("no convolution or pooling follows that could take the padding", node: padding.label)
    }
    guard !layers.isEmpty else { throw ONNXError("the graph computes nothing") }
    let view = value.view
    let isInOrder = view == View(view.shape) || view == View(shape).channelsLast
    guard isInOrder, let batch = view.axes.first, batch == batchAxis else {
      throw unreadable(value, "an output of the batch first, in its own order, is needed")
    }
    return view
  }

  /// The refusal of an arrangement, which blames the node that made it.
  func unreadable(_ value: ImageValue, _ need: String) -> ONNXError {
    let given = value.view.shape
    let text =
      "it makes \(given) of \(shape) in a way that mixes or reorders axes, and \(need)"
    guard let origin = value.origin else {
      return ONNXError("its input is \(given), and \(need)")
    }
    return ONNXError(text, node: origin.label)
  }

  /// Requires that a value is no sum of parts.
  func requireWhole(_ value: ImageValue) throws {
    if let sum = value.sum { throw partial(sum) }
  }

  /// The refusal of a sum that is no mean over whole planes.
  func partial(_ sum: ImageValue.PartialSum) -> ONNXError {
    ONNXError(
      "it does not give the mean over both spatial axes of \(shape), which is global average pooling; no other mean or "
        + "sum is supported", node: sum.label)
  }
}

extension View {
  /// The view with the channels as the last of four axes; nil for others.
  var channelsLast: View? { axes.count == 4 ? permuted([0, 2, 3, 1]) : nil }
}
