import Operations
import Tensors

/// An operation as a list of numbers that shrinking can reduce.
struct OperationNumbers {
  /// The numbers, each with its smallest value.
  private let numbers: [(value: Int, least: Int)]
  private let make: ([Int]) throws -> TensorOperation

  init(_ operation: TensorOperation) {
    switch operation {
    case .convolution(let geometry, let activation): self.init(geometry, activation)
    case .dense(let geometry): self.init(geometry)
    case .batchNormalization(let geometry):
      self.init(geometry.shape) {
        .batchNormalization(
          try BatchNormalizationGeometry(input: $0, epsilon: geometry.epsilon, momentum: geometry.momentum))
      }
    case .maxPooling(let geometry): self.init(geometry) { .maxPooling($0) }
    case .averagePooling(let geometry, let countsPadding):
      self.init(geometry) { .averagePooling($0, countsPadding: countsPadding) }
    case .relu(let shape): self.init(shape) { .relu($0) }
    case .sigmoid(let shape): self.init(shape) { .sigmoid($0) }
    case .dropout(let shape, let probability): self.init(shape) { .dropout($0, probability: probability) }
    case .flatten(let shape): self.init(shape) { .flatten($0) }
    case .softmax(let geometry):
      self.init(geometry.shape) { .softmax(try SoftmaxGeometry(input: $0, axis: geometry.axis)) }
    }
  }

  /// The operations with one number smaller, by as much as possible first; only those that are valid.
  var smaller: [TensorOperation] {
    numbers.indices.flatMap { element in
      let (value, least) = numbers[element]
      let values = [least, (value + least) / 2, value - 1]
      return values.indices.compactMap { index -> TensorOperation? in
        guard values[index] < value, values[index] >= least, !values[..<index].contains(values[index]) else {
          return nil
        }
        var changed = numbers.map(\.value)
        changed[element] = values[index]
        return try? make(changed)
      }
    }
  }

  private init(_ geometry: ConvolutionGeometry, _ activation: Activation?) {
    let own = [
      (geometry.batch, 1), (geometry.groups, 1), (geometry.inputChannelsPerGroup, 1),
      (geometry.outputChannelsPerGroup, 1), (geometry.hasBias ? 1 : 0, 0), (activation == nil ? 0 : 1, 0),
    ]
    numbers = own + Self.numbers(geometry.input) + Self.numbers(geometry.window)
    make = { values in
      let groups = values[1]
      return .convolution(
        try ConvolutionGeometry(
          input: [values[0], groups * values[2], values[6], values[7]], outputChannels: groups * values[3],
          window: Self.window(values[8...]), groups: groups, hasBias: values[4] == 1),
        activation: values[5] == 1 ? activation : nil)
    }
  }

  private init(_ geometry: DenseGeometry) {
    numbers = [
      (geometry.batch, 1), (geometry.inputFeatures, 1), (geometry.outputFeatures, 1),
      (geometry.hasBias ? 1 : 0, 0),
    ]
    make = { values in
      .dense(
        try DenseGeometry(
          input: [values[0], values[1]], outputFeatures: values[2], hasBias: values[3] == 1))
    }
  }

  private init(_ geometry: PoolingGeometry, _ operation: @escaping (PoolingGeometry) -> TensorOperation) {
    numbers =
      [(geometry.batch, 1), (geometry.channels, 1)] + Self.numbers(geometry.input)
      + Self.numbers(geometry.window)
    let roundsUp = (try? geometry.window.output(over: geometry.input)) != geometry.output
    make = { values in
      operation(
        try PoolingGeometry(
          input: Shape(Array(values[..<4])), window: Self.window(values[4...]), roundsUp: roundsUp))
    }
  }

  private init(_ shape: Shape, _ operation: @escaping (Shape) throws -> TensorOperation) {
    numbers = shape.extents.map { ($0, 1) }
    make = { try operation(Shape($0)) }
  }

  private static func numbers(_ plane: Extent2D) -> [(Int, Int)] {
    [(plane.height, 1), (plane.width, 1)]
  }

  private static func numbers(_ window: SlidingWindow) -> [(Int, Int)] {
    let padding = window.padding
    let extents = [window.kernel, window.stride, window.dilation].flatMap(numbers)
    return extents + [(padding.top, 0), (padding.bottom, 0), (padding.left, 0), (padding.right, 0)]
  }

  private static func window(_ values: ArraySlice<Int>) throws -> SlidingWindow {
    let values = Array(values)
    return try SlidingWindow(
      kernel: Extent2D(values[0], values[1]), stride: Extent2D(values[2], values[3]),
      padding: Padding(top: values[6], bottom: values[7], left: values[8], right: values[9]),
      dilation: Extent2D(values[4], values[5]))
  }
}

extension OperationNumbers {
  /// The same operation for another number of images.
  func operation(batch: Int) throws -> TensorOperation {
    try make([batch] + numbers.dropFirst().map(\.value))
  }
}

extension TensorOperation {
  /// The same operation for another number of images.
  func withBatch(_ batch: Int) throws -> TensorOperation {
    try OperationNumbers(self).operation(batch: batch)
  }
}
