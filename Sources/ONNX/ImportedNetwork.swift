import Layers
import Tensors

/// A model that was read, with the values of its parameters.
public struct ImportedNetwork: Sendable {
  /// The layers.
  public let model: Sequential
  /// The shape of one image, C×H×W.
  public let image: Shape
  /// The parameters, by their names in the model: `net.0.weight`.
  public let parameters: [String: Tensor<Float>]
  /// The layout of images in the model's own input.
  public let input: ArrayLayout
  /// The layout of results in the model's own output.
  public let output: ArrayLayout
  /// Whether the first layer scales its input as bytes from 0 to 255 rather than numbers from 0 to 1.
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
