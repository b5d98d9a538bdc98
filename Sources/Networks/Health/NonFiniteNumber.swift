/// The first number of a training step that is NaN or infinite, and where it appeared.
public struct NonFiniteNumber: Sendable, Equatable, CustomStringConvertible {
  /// The stages of a step, in order.
  public enum Pass: String, Sendable, Codable {
    /// The parameters before the step.
    case parameters
    /// The images, as they enter the network.
    case images
    /// A layer's output.
    case forward
    /// The loss, or its gradient with respect to the network's output.
    case loss
    /// The gradient of a parameter.
    case weightGradient = "weight_gradient"
    /// The gradient with respect to a layer's input.
    case inputGradient = "input_gradient"
    /// The optimizer's step, or the layers' state.
    case update
  }

  /// The stage of the step.
  public let pass: Pass
  /// The layer, or the parameter if it is one: `net.0.0`, `net.0.0.weight`; empty for the images and the loss.
  public let name: String
  /// The number.
  public let value: Double

  /// Creates the record.
  public init(_ pass: Pass, of name: String = "", value: Double) {
    self.pass = pass
    self.name = name
    self.value = value
  }

  /// The number and where it is, as in "the output of net.3.0 is NaN (forward pass)".
  public var description: String {
    let number = value.isNaN ? "NaN" : "infinite"
    return switch pass {
    case .parameters: "\(name) is \(number) before the step"
    case .images: "the network's input is \(number)"
    case .forward: "the output of \(name) is \(number) (forward pass)"
    case .loss: "the loss is \(number)"
    case .weightGradient: "the gradient of \(name) is \(number) (weight gradient)"
    case .inputGradient: "the gradient of the input of \(name) is \(number) (input gradient)"
    case .update: "\(name) is \(number) after the update"
    }
  }
}
