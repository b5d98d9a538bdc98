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
    try reshapeImages(to: value.view)
    guard shape == given, value.view == View(shape) else {
      throw unreadable(value, "N×C×H×W images in row-major order are needed")
    }
  }

  /// Gives the images the shape of a value with the same elements in the same order, as long as no layer depends on
  /// their shape: there is none yet, or only a scaling by one number.
  ///
  /// - Throws: ``ONNXError`` if too many channels are scaled.
  mutating func reshapeImages(to view: View) throws {
    let images = view.shape
    guard images.rank == 4, images != shape, padding == nil, view == View(images), images[0] == shape[0]
    else { return }
    guard let first = layers.first else { return reshapeInput(to: images) }
    guard layers.count == 1, let scaling = first.scaling?.ofAnyChannels(images[1]) else { return }
    try requireFewScalings(of: images[1])
    reshapeInput(to: images)
    replaceLast(scaling.layer(named: first.name))
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

  /// The layout of the graph's output.
  mutating func finished(_ value: ImageValue) throws -> ArrayLayout {
    try settle(value)
    if let padding {
      throw ONNXError(
        "no convolution or pooling follows it to take the padding", node: padding.label)
    }
    guard !layers.isEmpty else { throw ONNXError("the graph computes nothing") }
    // A single image's output may lack the axis of the batch.
    let hasBatch = shape[0] != 1 || value.view.axes.first == batchAxis
    let view = hasBatch ? value.view : View(axes: [[]] + value.view.axes)
    let isInOrder =
      view == View(view.shape) || view == View(shape).channelsLast?.reshaped(to: view.shape)
    guard isInOrder, let batch = view.axes.first, batch == batchAxis else {
      throw unreadable(value, "an output with the batch first, in row-major order, is needed")
    }
    return ArrayLayout(
      shape: view.shape.perImage, isChannelsLast: view != View(view.shape), hasBatch: hasBatch)
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
  /// The view as images: N×C×H×W itself, other shapes as N×C×L×1; itself if that would mix axes.
  var asImages: View {
    let extents = shape.extents
    guard extents.count != 4, let batch = extents.first else { return self }
    let channels = extents.count > 1 ? extents[1] : 1
    return reshaped(to: [batch, channels, extents.dropFirst(2).reduce(1, *), 1]) ?? self
  }

  /// The view with the channels as the last of four axes; nil for other ranks.
  var channelsLast: View? { axes.count == 4 ? permuted([0, 2, 3, 1]) : nil }
}
