import Layers
import Operations
import Tensors

extension Tab {
  /// Whether activations are N×H×W×C and kernels H×W×I×O, as in ``tensorflow`` and ``jax``; otherwise N×C×H×W and O×I×H×W.
  public var isChannelsLast: Bool { self == .tensorflow || self == .jax }

  /// The shape of a layer's output in the framework's layout.
  ///
  /// - Parameters:
  ///   - shape: N×C×H×W, or N×C.
  ///   - kind: The kind of layer: Keras' global pooling drops height and width.
  /// - Returns: The extents in the framework's order.
  func outputExtents(_ shape: Shape, ofKind kind: String) -> [Int] {
    guard shape.rank == 4, isChannelsLast else { return shape.extents }
    if self == .tensorflow, kind == GlobalAvgPool2D.kind { return [shape[0], shape[1]] }
    return [shape[0], shape[2], shape[3], shape[1]]
  }

  /// The shape of a kernel as the framework stores it.
  ///
  /// - Parameter shape: O×I×H×W.
  /// - Returns: The extents in the framework's order: H×W×I×O if channels come last.
  func kernelExtents(_ shape: Shape) -> [Int] {
    guard shape.rank == 4, isChannelsLast else { return shape.extents }
    return [shape[2], shape[3], shape[1], shape[0]]
  }

  /// A layer's padding as in the tab's code, or the framework's default; nil for a layer without a window.
  func padding(of operation: TensorOperation) -> String? {
    switch operation {
    case .convolution(let geometry, _): paddingOfConvolution(geometry.window)
    case .maxPooling(let geometry), .averagePooling(let geometry, _): paddingOfPooling(geometry.window)
    default: nil
    }
  }

  private func paddingOfConvolution(_ window: SlidingWindow) -> String {
    let padding = window.padding
    return switch self {
    case .mxnet, .pytorch: "\(padding)"
    case .tensorflow: padding == .zero ? "valid" : "same"
    // Flax's default, which the 1×1 convolutions use.
    case .jax: window.kernel == 1 ? "SAME" : Self.tuple([padding.top, padding.left])
    }
  }

  private func paddingOfPooling(_ window: SlidingWindow) -> String {
    switch self {
    case .mxnet, .pytorch: "\(window.padding)"
    case .tensorflow: "valid"
    case .jax: "VALID"
    }
  }

  /// A shape as Python prints it.
  static func tuple(_ extents: [Int]) -> String {
    "(\(extents.map(String.init).joined(separator: ", ")))"
  }
}
