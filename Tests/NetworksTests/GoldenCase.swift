import Backends
import Layers
import Networks
import Tensors
import Testing

/// One of PyTorch's runs: input, labels, loss, logits and gradients, computed in float64.
struct GoldenCase {
  let name: String
  let input: Tensor<Float>
  let labels: [Int32]
  let file: SafetensorsFile
  private let parameters: SafetensorsFile

  init(_ name: String) throws {
    self.name = name
    file = try Golden.file(name)
    parameters = try Golden.file("parameters.safetensors")
    input = try file.tensor("input", as: Float.self)
    labels = try file.tensor("labels", as: Int64.self).elements.map(Int32.init)
  }

  /// The case's parameters: its own if it has them, otherwise those shared by all cases.
  func parameter(_ name: String) throws -> Tensor<Float> {
    try (file.names.contains(name) ? file : parameters).tensor(name, as: Float.self)
  }

  func network(
    _ backend: any Backend, precision: Precision = .float32, keepsActivations: Bool = false,
    convolutions: ConvolutionChoice = .automatic
  ) throws -> Network {
    let options = NetworkOptions(
      batchSizes: [2], precision: precision, isTraining: true, microBatch: 2,
      convolutions: convolutions, keepsActivations: keepsActivations)
    let network = try Network(NiN(classes: 10), image: [1, 224, 224], backend: backend, options: options)
    try network.setParameters(parameter)
    return network
  }

  func computeGradients(_ network: Network) throws -> ClassificationScore {
    try network.computeGradients(input, labels: labels)
  }
}

/// The largest error in units of the expected tensor's largest element.
///
/// For a large tensor, only some evenly spaced elements may be expected, as `make_goldens.py` keeps them.
func relativeError(_ actual: Tensor<Float>, _ expected: Tensor<Double>) throws -> Double {
  let (count, kept) = (actual.elements.count, expected.elements.count)
  let distance = actual.shape == expected.shape ? 1 : count / 8192
  try #require((count + distance - 1) / distance == kept)
  let largest = expected.elements.lazy.map(abs).max() ?? 0
  let indices = stride(from: 0, to: count, by: distance)
  let error = zip(indices, expected.elements).lazy.map { abs(Double(actual.elements[$0]) - $1) }.max() ?? 0
  return error / largest
}
