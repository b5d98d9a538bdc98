import Operations

/// A property that makes a shape awkward; every run of the suite has each at least once.
package enum ShapeFeature: Hashable, Sendable, CaseIterable {
  case notSquare
  case singleRow
  case strideBeyondKernel
  /// Padding of one less than the kernel.
  case fullPadding
  /// Different paddings on two opposite sides.
  case unevenPadding
  case dilation
  case groups
  case depthwise
  case channels(Int)
  case batch(Int)
  case singleOutput
  /// Rows and columns that no window reaches.
  case leftovers

  /// All features, with channel counts around the width of vectors.
  package static let allCases: [ShapeFeature] =
    [
      .notSquare, .singleRow, .strideBeyondKernel, .fullPadding, .unevenPadding, .dilation, .groups,
      .depthwise,
      .singleOutput, .leftovers,
    ] + channelCounts.map { .channels($0) } + batches.map { .batch($0) }

  static let channelCounts = [1, 3, 15, 16, 17, 33]
  static let batches = [1, 2, 7, 17]

  /// The feature of a step, in turn.
  static func inTurn(_ index: Int) -> ShapeFeature {
    allCases[index % allCases.count]
  }

  /// Whether an operation with a sliding window has the feature; false for others.
  ///
  /// - Parameter operation: The operation.
  /// - Returns: Whether it does.
  package func holds(for operation: TensorOperation) -> Bool {
    switch operation {
    case .convolution(let geometry, _):
      holds(
        geometry.input, geometry.output, geometry.window, batch: geometry.batch,
        channels: [geometry.inputChannels, geometry.outputChannels], groups: geometry.groups)
    case .maxPooling(let geometry), .averagePooling(let geometry, _):
      holds(
        geometry.input, geometry.output, geometry.window, batch: geometry.batch,
        channels: [geometry.channels],
        groups: nil)
    case .dense, .batchNormalization, .relu, .sigmoid, .dropout, .flatten, .softmax: false
    }
  }

  private func holds(
    _ input: Extent2D, _ output: Extent2D, _ window: SlidingWindow, batch: Int, channels: [Int], groups: Int?
  ) -> Bool {
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    return switch self {
    case .notSquare: input.height != input.width && min(input.height, input.width) > 1
    case .singleRow: input.height == 1 && input.width > 1
    case .strideBeyondKernel: stride.height > kernel.height && stride.width > kernel.width && output.area > 1
    case .fullPadding: hasLargestPadding(padding, kernel, isPooling: groups == nil)
    case .unevenPadding: padding.top != padding.bottom && padding.left != padding.right
    case .dilation: hasDilation(window)
    // A pooling has no groups: each of its channels is one.
    case .groups: groups.map { $0 > 2 && $0 < channels[0] } ?? true
    case .depthwise: groups.map { $0 > 1 && $0 == channels[0] } ?? true
    case .channels(let count): channels.contains(count)
    case .batch(let count): batch == count
    case .singleOutput: output.area == 1 && input.area > 1
    case .leftovers: leavesRest(input, output, window)
    }
  }

  private func hasLargestPadding(_ padding: Padding, _ kernel: Extent2D, isPooling: Bool) -> Bool {
    let rows = isPooling ? kernel.height / 2 : kernel.height - 1
    let columns = isPooling ? kernel.width / 2 : kernel.width - 1
    return rows > 0 && columns > 0
      && padding == Padding(top: rows, bottom: rows, left: columns, right: columns)
  }

  private func hasDilation(_ window: SlidingWindow) -> Bool {
    window.dilation.height > 1 && window.dilation.width > 1 && window.kernel.height > 1
      && window.kernel.width > 1
  }

  private func leavesRest(_ input: Extent2D, _ output: Extent2D, _ window: SlidingWindow) -> Bool {
    let lastRow = (output.height - 1) * window.stride.height - window.padding.top + window.span.height
    let lastColumn = (output.width - 1) * window.stride.width - window.padding.left + window.span.width
    return lastRow < input.height && lastColumn < input.width
  }
}
