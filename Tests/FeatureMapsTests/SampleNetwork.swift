import Backends
import Layers
import Networks
import Operations
import Tensors

/// Small networks with drawn weights.
enum SampleNetwork {
  static let image: Shape = [2, 9, 8]

  /// Those whose classes have maps, by what is between the last maps and the classes.
  static let withMaps: [String: Sequential] = [
    "mean": Sequential(Conv2D(3, kernel: 3), ReLU(), GlobalAvgPool2D(), Flatten()),
    "mean of signed maps": Sequential(Conv2D(4, kernel: 3), BatchNorm2D(), ReLU(), Conv2D(3, kernel: 1))
      .followed(by: [GlobalAvgPool2D(), Flatten()]),
    "mean of pooled maps": Sequential(Conv2D(3, kernel: 3), ReLU(), MaxPool2D(kernel: 2), GlobalAvgPool2D()),
    "window over all": Sequential(Conv2D(3, kernel: 2), AvgPool2D(kernel: Extent2D(8, 7)), Flatten()),
    "means, dense": Sequential(
      Conv2D(5, kernel: 3), ReLU(), GlobalAvgPool2D(), Flatten(), Dropout(0.5), Dense(3)),
    "means, dense without bias": Sequential(
      Conv2D(5, kernel: 3), GlobalAvgPool2D(), Flatten(), Dense(3, hasBias: false)),
    "elements, dense": Sequential(
      Conv2D(5, kernel: 3), ReLU(), MaxPool2D(kernel: 2), Dropout(0.5), Flatten(), Dense(3)),
    "probabilities": Sequential(Conv2D(3, kernel: 3), GlobalAvgPool2D(), Flatten(), Softmax()),
  ]

  /// Makes a network.
  static func make(
    _ model: Sequential, on backend: any Backend, image: Shape = image, options: NetworkOptions = .init()
  ) throws -> Network {
    let network = try Network(model, image: image, backend: backend, options: options)
    try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 3)
    return network
  }

  /// Some images.
  static func images(_ count: Int, _ image: Shape = image) -> Tensor<Float> {
    let shape = image.batched(count)
    return Tensor(
      shape: shape, elements: (0..<shape.elementCount).map { Float($0 * 37 % 101) / 101 - 0.3 })
  }
}

extension Sequential {
  fileprivate func followed(by others: [any Layer]) -> Sequential { Sequential(layers + others) }
}

extension Tensor<Float> {
  /// Calls a function with the numbers as pixels.
  func withPixels<Result>(_ body: (Pixels) throws -> Result) throws -> Result {
    try elements.withUnsafeBufferPointer { buffer in
      guard let first = buffer.baseAddress else { throw NetworkError.unsuitableInput(reason: "no pixels") }
      return try body(.floats(first))
    }
  }
}
