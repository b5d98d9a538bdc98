import Backends
import Networks
import ONNX
import Tensors

extension ImportedNetwork {
  /// The output for some images on a backend.
  func predict(_ images: Tensor<Float>, on backend: any Backend) throws -> Tensor<Float> {
    let network = try Network(
      model, image: image, backend: backend, options: NetworkOptions(batchSizes: [images.shape[0]]))
    try network.setParameters { parameters[$0] ?? Tensor(shape: [0], elements: []) }
    // Files have no count of batches.
    try network.setState { parameters[$0]?.map { Double($0) } ?? Tensor(shape: [], elements: [0]) }
    return output.modelArray(try network.predict(input.networkArray(images, image: image)))
  }
}

/// The largest difference of two tensors, in units of the largest expected element; infinite for other shapes.
func relativeError(_ actual: Tensor<Float>, _ expected: Tensor<Float>) -> Float {
  guard actual.shape == expected.shape else { return .infinity }
  let largest = expected.elements.reduce(1e-30) { max($0, abs($1)) }
  return zip(actual.elements, expected.elements).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
}
