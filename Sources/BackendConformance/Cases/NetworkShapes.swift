import Operations
import Tensors

/// The convolutions and poolings of real networks, with their real sizes.
package enum NetworkShapes {
  /// Each convolution and max pooling of NiN, LeNet, AlexNet and VGG once, for few images.
  ///
  /// - Returns: The operations; those shared by several networks or layers occur once.
  /// - Throws: `GeometryError` never, since the sizes fit.
  package static func all() throws -> [TensorOperation] {
    let operations = try nin() + leNet() + alexNet() + vgg()
    var known: Set<TensorOperation> = []
    return operations.filter { operation in
      // A mean is not exact in general; it is checked with random numbers.
      if case .averagePooling = operation { return false }
      return known.insert(operation).inserted
    }
  }

  /// NiN's twelve convolutions, three max poolings and the global average pooling (the book's section 8.3).
  ///
  /// - Parameter batch: Images.
  /// - Returns: The operations, in the network's order.
  /// - Throws: `GeometryError` never, since the sizes fit.
  package static func nin(batch: Int = 1) throws -> [TensorOperation] {
    var tower = Tower(input: [batch, 1, 224, 224])
    for (channels, window) in [
      (96, try SlidingWindow(kernel: 11, stride: 4)), (256, try SlidingWindow(kernel: 5, padding: 2)),
      (384, try SlidingWindow(kernel: 3, padding: 1)),
    ] {
      try tower.addBlock(channels, window)
      try tower.addMaxPooling(SlidingWindow(kernel: 3, stride: 2))
    }
    try tower.addBlock(10, SlidingWindow(kernel: 3, padding: 1))
    try tower.addAveragePooling(SlidingWindow(kernel: Extent2D(tower.shape[2], tower.shape[3])))
    return tower.operations
  }

  /// LeNet's convolutions and fully connected layers, with max pooling instead of the mean (section 7.6).
  ///
  /// - Parameter batch: Images.
  /// - Returns: The operations, in the network's order.
  /// - Throws: `GeometryError` never, since the sizes fit.
  package static func leNet(batch: Int = 7) throws -> [TensorOperation] {
    var tower = Tower(input: [batch, 1, 28, 28])
    try tower.addConvolution(6, SlidingWindow(kernel: 5, padding: 2))
    try tower.addMaxPooling(SlidingWindow(kernel: 2, stride: 2))
    try tower.addConvolution(16, SlidingWindow(kernel: 5))
    try tower.addMaxPooling(SlidingWindow(kernel: 2, stride: 2))
    for features in [120, 84, 10] { try tower.addDense(features) }
    return tower.operations
  }

  /// AlexNet's five convolutions and three max poolings (section 8.1).
  ///
  /// - Parameter batch: Images.
  /// - Returns: The operations, in the network's order.
  /// - Throws: `GeometryError` never, since the sizes fit.
  package static func alexNet(batch: Int = 2) throws -> [TensorOperation] {
    var tower = Tower(input: [batch, 1, 224, 224])
    try tower.addConvolution(96, SlidingWindow(kernel: 11, stride: 4, padding: 1))
    try tower.addMaxPooling(SlidingWindow(kernel: 3, stride: 2))
    try tower.addConvolution(256, SlidingWindow(kernel: 5, padding: 2))
    try tower.addMaxPooling(SlidingWindow(kernel: 3, stride: 2))
    for channels in [384, 384, 256] {
      try tower.addConvolution(channels, SlidingWindow(kernel: 3, padding: 1))
    }
    try tower.addMaxPooling(SlidingWindow(kernel: 3, stride: 2))
    return tower.operations
  }

  /// The convolutions and max poolings of VGG-11 (section 8.2), and of the book's version with a quarter of the
  /// channels.
  ///
  /// - Parameter batch: Images.
  /// - Returns: The operations, in the networks' order.
  /// - Throws: `GeometryError` never, since the sizes fit.
  package static func vgg(batch: Int = 1) throws -> [TensorOperation] {
    try [1, 4].flatMap { divisor in
      var tower = Tower(input: [batch, 1, 224, 224])
      for (convolutions, channels) in [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)] {
        for _ in 0..<convolutions {
          try tower.addConvolution(channels / divisor, SlidingWindow(kernel: 3, padding: 1))
        }
        try tower.addMaxPooling(SlidingWindow(kernel: 2, stride: 2))
      }
      return tower.operations
    }
  }
}

/// Operations in sequence, each applied to the output of the one before.
private struct Tower {
  let input: Shape
  private(set) var operations: [TensorOperation] = []

  init(input: Shape) {
    self.input = input
  }

  /// The output of the last operation.
  var shape: Shape { operations.last?.outputShape ?? input }

  mutating func addBlock(_ channels: Int, _ window: SlidingWindow) throws {
    let pointwise = try SlidingWindow(kernel: 1)
    for window in [window, pointwise, pointwise] { try addConvolution(channels, window) }
  }

  mutating func addConvolution(_ channels: Int, _ window: SlidingWindow) throws {
    let geometry = try ConvolutionGeometry(input: shape, outputChannels: channels, window: window)
    operations.append(.convolution(geometry, activation: nil))
  }

  mutating func addMaxPooling(_ window: SlidingWindow) throws {
    operations.append(.maxPooling(try PoolingGeometry(input: shape, window: window)))
  }

  mutating func addAveragePooling(_ window: SlidingWindow) throws {
    let geometry = try PoolingGeometry(input: shape, window: window)
    operations.append(.averagePooling(geometry, countsPadding: true))
  }

  mutating func addDense(_ features: Int) throws {
    let input: Shape = [shape[0], shape.elementCount / shape[0]]
    operations.append(.dense(try DenseGeometry(input: input, outputFeatures: features)))
  }
}
