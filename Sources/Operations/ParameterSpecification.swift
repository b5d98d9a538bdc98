import Tensors

/// The description of a learned tensor before it has values.
public struct ParameterSpecification: Hashable, Sendable {
  /// Whether the parameter multiplies or is added.
  public enum Role: String, Sendable {
    case weight
    case bias

    /// The dotted name of a layer's parameter: `net.0.0.weight`.
    public func parameterName(ofLayer layer: String) -> String { "\(layer).\(rawValue)" }
  }

  /// Whether the parameter multiplies or is added; its raw value ends the parameter's name.
  public let role: Role

  /// The plain shape: O×I×H×W for a convolution's weight, O×I for a dense layer's, O for a bias.
  public let shape: Shape

  /// Inputs that one output sums over, as PyTorch's `_calculate_fan_in_and_fan_out` counts them.
  public let fanIn: Int

  /// Outputs that one input contributes to, counted the same way.
  public let fanOut: Int

  /// The initial value of all elements, whatever the distribution of other parameters; nil if they are drawn.
  public let constant: Double?

  /// Whether weight decay usually applies to it: to weights, but not to biases or the scale and shift of a batch
  /// normalization.
  public let isDecayed: Bool

  init(
    role: Role, shape: Shape, fanIn: Int, fanOut: Int, constant: Double? = nil, isDecayed: Bool = false
  ) {
    self.role = role
    self.shape = shape
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.constant = constant
    self.isDecayed = isDecayed
  }

  /// The parameters of a batch normalization; their initial values leave the normalized input unchanged.
  static func scaleAndShift(channels: Int) -> [ParameterSpecification] {
    [(Role.weight, 1.0), (.bias, 0)].map { role, constant in
      ParameterSpecification(role: role, shape: [channels], fanIn: 1, fanOut: 1, constant: constant)
    }
  }

  static func weightAndBias(
    weight: Shape, fanIn: Int, fanOut: Int, hasBias: Bool
  ) -> [ParameterSpecification] {
    let weightSpecification = ParameterSpecification(
      role: .weight, shape: weight, fanIn: fanIn, fanOut: fanOut, isDecayed: true)
    guard hasBias else { return [weightSpecification] }
    return [
      weightSpecification,
      ParameterSpecification(role: .bias, shape: [weight[0]], fanIn: fanIn, fanOut: fanOut),
    ]
  }
}
