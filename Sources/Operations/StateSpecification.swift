import Tensors

/// A tensor that an operation keeps from step to step without learning it.
///
/// It belongs to the network like its parameters, and is stored with them.
public struct StateSpecification: Hashable, Sendable {
  /// The end of its dotted name, as in PyTorch: `running_mean`.
  public let name: String
  /// The shape.
  public let shape: Shape
  /// The initial value of all elements.
  public let initialValue: Double
  /// Whether it counts, in 64-bit integers; otherwise its type is that of the parameters.
  public let isCount: Bool

  /// Describes a state.
  public init(name: String, shape: Shape, initialValue: Double, isCount: Bool = false) {
    self.name = name
    self.shape = shape
    self.initialValue = initialValue
    self.isCount = isCount
  }

  /// The dotted name of a layer's state: `net.0.1.running_mean`.
  public func name(ofLayer layer: String) -> String { "\(layer).\(name)" }
}
