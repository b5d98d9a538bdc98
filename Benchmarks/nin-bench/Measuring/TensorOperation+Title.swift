import NetworkInNetwork

extension NetworkInNetwork.TensorOperation {
  /// The operation in a few words, without the sizes of its images: `conv 5×5, 96→256`, `max pool 3×3/2`.
  var title: String {
    switch self {
    case .convolution(let geometry, let activation):
      let groups = geometry.groups == 1 ? "" : " in \(geometry.groups) groups"
      return "conv \(geometry.window.title), \(geometry.inputChannels)→\(geometry.outputChannels)\(groups)"
        + (activation == nil ? "" : ", ReLU")
    case .dense(let geometry): return "dense \(geometry.inputFeatures)→\(geometry.outputFeatures)"
    case .maxPooling(let geometry): return "max pool \(geometry.window.title)"
    case .averagePooling(let geometry, _): return "average pool \(geometry.window.title)"
    case .batchNormalization, .relu, .sigmoid, .dropout, .flatten, .softmax: return name
    }
  }
}

extension SlidingWindow {
  /// The kernel, then everything that is not the default: `11×11/4` with a stride of 4, `pad 2`, `dilation 2`.
  fileprivate var title: String {
    func short(_ extent: Extent2D) -> String {
      extent.height == extent.width ? "\(extent.height)" : "\(extent)"
    }
    return "\(kernel)" + (stride == 1 ? "" : "/\(short(stride))")
      + (padding == .zero ? "" : " pad \(padding)")
      + (dilation == 1 ? "" : " dilation \(short(dilation))")
  }
}
