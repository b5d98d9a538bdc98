import Operations
import Tensors

/// Random operations with awkward sizes of all kinds; the same seed gives the same ones.
///
/// A convolution or pooling can be requested with a ``ShapeFeature``; others are added at random.
package struct GeneratedShapes {
  private var generator: PhiloxGenerator
  private let largest: Int

  /// Creates the sequence of a seed.
  ///
  /// - Parameters:
  ///   - seed: The seed.
  ///   - largest: The largest number of multiply-accumulates of an operation, or of elements if it has none.
  package init(seed: UInt64, largest: Int = 400_000) {
    generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 0)
    self.largest = largest
  }

  /// The next convolution.
  ///
  /// - Parameters:
  ///   - feature: The required feature.
  ///   - hasBias: Whether it has a bias; random if nil.
  /// - Returns: A convolution that fits.
  package mutating func convolution(with feature: ShapeFeature, hasBias: Bool? = nil) -> TensorOperation {
    firstFitting(feature) { shapes in
      let groups = shapes.pick([1, 1, 1, 2, 3, 5])
      let perGroup = shapes.pick(ShapeFeature.channelCounts)
      let isDepthwise = shapes.pick([false, false, false, true])
      let window = try shapes.window(padding: .anySide)
      let channels = isDepthwise ? perGroup : perGroup * groups
      let geometry = try ConvolutionGeometry(
        input: Shape([shapes.pick(ShapeFeature.batches), channels] + shapes.plane()),
        outputChannels: isDepthwise ? channels : shapes.pick(ShapeFeature.channelCounts) * groups,
        window: window,
        groups: isDepthwise ? channels : groups, hasBias: hasBias ?? shapes.pick([true, true, false]))
      return .convolution(geometry, activation: nil)
    }
  }

  /// The next convolution that every algorithm can compute: kernels of 3 or 5, stride 1, a single group.
  ///
  /// - Parameter hasBias: Whether it has a bias; nil for either.
  /// - Returns: A convolution that fits.
  package mutating func tiledConvolution(hasBias: Bool? = nil) -> TensorOperation {
    firstFitting { shapes in
      let kernel = Extent2D(shapes.pick([3, 5]), shapes.pick([3, 5]))
      func sides(_ extent: Int) -> (Int, Int) {
        (
          Int.random(in: 0...extent, using: &shapes.generator),
          Int.random(in: 0...extent, using: &shapes.generator)
        )
      }
      let ((top, bottom), (left, right)) = (sides(kernel.height), sides(kernel.width))
      let channels = ShapeFeature.channelCounts + [70]
      let geometry = try ConvolutionGeometry(
        input: Shape([shapes.pick(ShapeFeature.batches), shapes.pick(channels)] + shapes.plane()),
        outputChannels: shapes.pick(channels),
        window: SlidingWindow(
          kernel: kernel, padding: Padding(top: top, bottom: bottom, left: left, right: right)),
        hasBias: hasBias ?? shapes.pick([true, true, false]))
      return .convolution(geometry, activation: nil)
    }
  }

  /// The next max pooling.
  ///
  /// - Parameter feature: The required feature.
  /// - Returns: A pooling that fits.
  package mutating func maxPooling(with feature: ShapeFeature) -> TensorOperation {
    firstFitting(feature) { .maxPooling(try $0.pooling()) }
  }

  /// The next average pooling.
  ///
  /// - Parameter feature: The required feature.
  /// - Returns: A pooling that fits.
  package mutating func averagePooling(with feature: ShapeFeature) -> TensorOperation {
    firstFitting(feature) { .averagePooling(try $0.pooling(), countsPadding: $0.pick([true, false])) }
  }

  /// The next fully connected layer.
  package mutating func dense() -> TensorOperation {
    firstFitting { shapes in
      .dense(
        try DenseGeometry(
          input: [shapes.pick([1, 2, 7]), shapes.pick([1, 3, 16, 33, 250, 1100])],
          outputFeatures: shapes.pick([1, 10, 17, 64]), hasBias: shapes.pick([true, false])))
    }
  }

  /// The next shape of a batch of images.
  package mutating func images() -> Shape {
    Shape([pick(ShapeFeature.batches), pick(ShapeFeature.channelCounts)] + plane())
  }

  /// The next shape of a batch of images with several values of each channel.
  mutating func batchOfChannels() -> Shape {
    while true {
      let shape = images()
      let isSeveral = shape.elementCount > shape[1]
      if isSeveral, shape.elementCount <= largest { return shape }
    }
  }

  private enum SidePadding {
    case anySide, atMostHalf
  }

  private mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[Int.random(in: 0..<choices.count, using: &generator)]
  }

  private mutating func plane() -> [Int] {
    pick([true, false, false, false])
      ? [1, Int.random(in: 1...31, using: &generator)]
      : [Int.random(in: 1...14, using: &generator), Int.random(in: 1...19, using: &generator)]
  }

  private mutating func pooling() throws -> PoolingGeometry {
    let window = try window(padding: .atMostHalf)
    return try PoolingGeometry(input: images(), window: window, roundsUp: pick([true, false]))
  }

  private mutating func window(padding: SidePadding) throws -> SlidingWindow {
    let kernel = Extent2D(pick([1, 1, 2, 3, 5, 7]), pick([1, 1, 2, 3, 4, 5]))
    let isFull = pick([true, false, false])
    func side(_ extent: Int, _ shapes: inout GeneratedShapes) -> Int {
      let largest = padding == .anySide ? extent - 1 : extent / 2
      return isFull ? largest : Int.random(in: 0...largest, using: &shapes.generator)
    }
    let pads = pick([true, true, false])
    let sides = Padding(
      top: side(kernel.height, &self), bottom: side(kernel.height, &self), left: side(kernel.width, &self),
      right: side(kernel.width, &self))
    return try SlidingWindow(
      kernel: kernel, stride: Extent2D(pick([1, 1, 2, 3, 4]), pick([1, 1, 2, 3, 4])),
      padding: pads ? sides : .zero, dilation: Extent2D(pick([1, 1, 1, 2, 3]), pick([1, 1, 1, 2, 3])))
  }

  /// Tries random sizes until they fit together, are small enough and have the feature; this always succeeds.
  private mutating func firstFitting(
    _ feature: ShapeFeature? = nil, _ make: (inout GeneratedShapes) throws -> TensorOperation
  ) -> TensorOperation {
    while true {
      guard let operation = try? make(&self) else { continue }
      let work = max(operation.multiplyAccumulates, operation.inputShape.elementCount)
      if work <= largest, feature?.holds(for: operation) ?? true { return operation }
    }
  }
}
