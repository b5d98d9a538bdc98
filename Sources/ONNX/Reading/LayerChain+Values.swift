import Layers
import Tensors

extension LayerChain {
  /// The last layer's output.
  var output: ImageValue { ImageValue(view: View(shape)) }

  /// The elements of one image.
  private var imageElements: Int { shape.elementCount / max(shape[0], 1) }

  /// The axis of the batch in a view.
  var batchAxis: [View.Factor] { View.merged([View.Factor(extent: shape[0], stride: imageElements)]) }

  /// The elements of one channel.
  var area: Int { shape.rank < 2 ? 1 : imageElements / max(shape[1], 1) }

  /// The axis of the channels, or of a row's features, in a view.
  var channelAxis: [View.Factor] {
    View.merged([View.Factor(extent: shape.rank < 2 ? 1 : shape[1], stride: area)])
  }

  /// Adds an elementwise layer, for which the arrangement does not matter.
  mutating func appendElementwise(_ step: Step, to value: ImageValue, name: String) throws -> ImageValue {
    try settle(value)
    try append(step, name: name)
    return value
  }

  /// Requires a value to be a batch of images in the next layer's layout, N×C×H×W.
  ///
  /// - Throws: ``ONNXError`` naming the node that rearranged it.
  mutating func requireImages(_ value: ImageValue) throws {
    try requireWhole(value)
    let given = value.view.shape
    guard given.rank == 4 else {
      throw ONNXError(
        "its input is \(given), with \(max(given.rank - 2, 0)) spatial axes; only two-dimensional images, N×C×H×W, are "
          + "supported")
    }
    if layers.isEmpty, padding == nil, value.view == View(given), given[0] == shape[0] {
      reshapeInput(to: given)
    }
    guard shape == given, value.view == View(shape) else {
      throw unreadable(value, "N×C×H×W images in row-major order are needed")
    }
  }

  /// Adds a layer for a flattening that is still pending.
  ///
  /// - Throws: ``ONNXError`` if the value is a partial sum.
  mutating func settle(_ value: ImageValue) throws {
    try requireWhole(value)
    let row: Shape = [shape[0], imageElements]
    guard shape.rank > 2, padding == nil, value.view.shape == row, value.view == View(row) else { return }
    try append(Step(layer: Flatten()), name: value.origin?.name ?? "")
  }

  /// The view of the graph's output in the last layer's.
  mutating func finished(_ value: ImageValue) throws -> View {
    try settle(value)
    if let padding {
      throw ONNXError(
        "no convolution or pooling follows it to take the padding", node: padding.label)
    }
    guard !layers.isEmpty else { throw ONNXError("the graph computes nothing") }
    // A single image's row may lack the axis of the batch.
    let lacksBatch = shape[0] == 1 && value.view.axes.count == 1
    let view = lacksBatch ? View(axes: [[]] + value.view.axes) : value.view
    let isInOrder =
      view == View(view.shape) || view == View(shape).channelsLast?.reshaped(to: view.shape)
    guard isInOrder, let batch = view.axes.first, batch == batchAxis else {
      throw unreadable(value, "an output with the batch first, in row-major order, is needed")
    }
    return view
  }

  /// The error for an unsupported arrangement, at the node that made it.
  func unreadable(_ value: ImageValue, _ need: String) -> ONNXError {
    let given = value.view.shape
    let text =
      "it rearranges \(shape) to \(given) in a way that mixes or reorders axes, but \(need)"
    guard let origin = value.origin else {
      return ONNXError("its input is \(given), but \(need)")
    }
    return ONNXError(text, node: origin.label)
  }

  /// Requires that a value is not a partial sum.
  func requireWhole(_ value: ImageValue) throws {
    if let sum = value.sum { throw partial(sum) }
  }

  /// The error for a sum that is not a mean over whole planes.
  func partial(_ sum: ImageValue.PartialSum) -> ONNXError {
    ONNXError(
      "it is not the mean over both spatial axes of \(shape), which is global average pooling; other means and "
        + "sums are not supported", node: sum.label)
  }
}

extension View {
  /// The view with the channels as the last of four axes; nil for other ranks.
  var channelsLast: View? { axes.count == 4 ? permuted([0, 2, 3, 1]) : nil }
}
