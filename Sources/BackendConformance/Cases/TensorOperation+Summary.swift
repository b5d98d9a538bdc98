import Operations

extension TensorOperation {
  /// The operation with all its numbers, in one line.
  var summary: String {
    switch self {
    case .convolution(let geometry, let activation):
      let groups = geometry.groups == 1 ? "" : ", \(geometry.groups) groups"
      let bias = geometry.hasBias ? "" : ", no bias"
      return "\(name) of \(inputShape) to \(geometry.outputChannels) channels, \(geometry.window.summary)"
        + groups + bias + (activation.map { ", fused \($0)" } ?? "")
    case .dense(let geometry):
      return "\(name) of \(inputShape) to \(geometry.outputFeatures) features"
        + (geometry.hasBias ? "" : ", no bias")
    case .maxPooling(let geometry):
      return "\(name) of \(inputShape) to \(geometry.output), \(geometry.window.summary)"
    case .averagePooling(let geometry, let countsPadding):
      return "\(name) of \(inputShape) to \(geometry.output), \(geometry.window.summary)"
        + (countsPadding ? ", padding counted" : "")
    case .batchNormalization(let geometry):
      return "\(name) of \(inputShape), epsilon \(geometry.epsilon), momentum \(geometry.momentum)"
    case .dropout(_, let probability):
      return "\(name) of \(inputShape) with probability \(probability)"
    case .softmax(let geometry):
      return "\(name) of \(inputShape) along axis \(geometry.axis)"
    case .relu, .sigmoid, .flatten:
      return "\(name) of \(inputShape)"
    }
  }
}

extension SlidingWindow {
  fileprivate var summary: String {
    "kernel \(kernel), stride \(stride), padding \(padding), dilation \(dilation)"
  }
}
