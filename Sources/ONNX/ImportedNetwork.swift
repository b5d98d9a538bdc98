import Layers
import Tensors

/// Layers with the values of their parameters.
public struct ImportedNetwork: Sendable {
  /// The layers.
  public let model: Sequential
  /// The shape of one image, C×H×W.
  public let image: Shape
  /// The parameters, by the names that they have in the model: `net.0.weight`.
  public let parameters: [String: Tensor<Float>]
  /// How the model's own input has its images.
  public let input: ArrayLayout
  /// How the model's own output has its results.
  public let output: ArrayLayout
  /// Whether the first layer scales numbers as if they were bytes from 0 to 255 and not numbers from 0 to 1.
  public let takesBytes: Bool

  init(
    model: Sequential, image: Shape, parameters: [String: Tensor<Float>], input: ArrayLayout,
    output: ArrayLayout,
    takesBytes: Bool = false
  ) {
    self.model = model
    self.image = image
    self.parameters = parameters
    self.input = input
    self.output = output
    self.takesBytes = takesBytes
  }
}
