import Layers

/// The names of tensors in a trace.
public enum TensorName {
  /// The output of the last layer.
  public static let logits = "logits"
  /// The mean loss of the batch, a scalar.
  public static let loss = "loss"
  /// The images.
  public static let input = "input"
  /// The images' classes.
  public static let labels = "labels"

  /// The output of a layer: `activations.net.0.0`.
  public static func activation(_ layer: String) -> String { "activations.\(layer)" }

  /// The gradient of the loss with respect to a parameter: `gradients.net.0.0.weight`.
  public static func gradient(_ parameter: String) -> String { "gradients.\(parameter)" }

  /// The values of a parameter, or of a state before the pass: `parameters.net.0.0.weight`.
  public static func parameter(_ parameter: String) -> String { "parameters.\(parameter)" }

  /// A layer's state after the pass: `state.net.0.1.running_mean`.
  public static func state(_ state: String) -> String { "state.\(state)" }

  /// The optimizer's slot for a parameter: `velocity.net.0.0.weight`.
  public static func slot(_ slot: String, of parameter: String) -> String { "\(slot).\(parameter)" }

  /// The containers that end with each layer, outermost last: their output is the layer's.
  ///
  /// - Parameter layers: The model's layers.
  /// - Returns: For each layer the containers' names, without `net` itself.
  static func containers(of layers: [ResolvedLayer]) -> [[String]] {
    layers.indices.map { index in
      let name = layers[index].name
      let next = index + 1 < layers.count ? layers[index + 1].name : ""
      return ancestors(of: name).filter { !next.hasPrefix($0 + ".") }
    }
  }

  /// `net.7.3` and `net.7` for `net.7.3.1`.
  private static func ancestors(of name: String) -> [String] {
    let parts = name.split(separator: ".")
    return stride(from: parts.count - 1, to: 1, by: -1).map { parts[..<$0].joined(separator: ".") }
  }
}
