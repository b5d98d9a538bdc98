import Layers

extension Tab {
  /// The Python class of a kind of layer in the tab's network, or the function that the tab uses instead.
  func className(ofKind kind: String) -> String {
    classNames[kind] ?? kind
  }

  /// The names that differ from the kinds.
  private var classNames: [String: String] {
    switch self {
    case .mxnet: [:]
    case .pytorch:
      [
        Conv2D.kind: "Conv2d", MaxPool2D.kind: "MaxPool2d", AvgPool2D.kind: "AvgPool2d",
        GlobalAvgPool2D.kind: "AdaptiveAvgPool2d",
      ]
    case .tensorflow:
      [
        ReLU.kind: "Activation", MaxPool2D.kind: "MaxPooling2D", AvgPool2D.kind: "AveragePooling2D",
        GlobalAvgPool2D.kind: "GlobalAveragePooling2D",
      ]
    case .jax:
      [
        Conv2D.kind: "Conv", ReLU.kind: "custom_jvp", MaxPool2D.kind: "function", AvgPool2D.kind: "function",
        Flatten.kind: "function",
      ]
    }
  }

  /// Whether a kind of layer is part of the previous one: MXNet's convolutions include the activation.
  func isWithinLayerBefore(_ kind: String) -> Bool {
    self == .mxnet && kind == ReLU.kind
  }
}
