import Operations
import Tensors

/// Random operations of all sizes that are awkward; the same seed gives the same ones.
///
/// Planes that are not square or a single row, strides longer than the kernel, padding that differs on each
/// side, dilation, groups and depthwise, channel counts around the width of vectors, batches of 1, 2 and 7, and
/// rows and columns left over at the end.
public struct GeneratedShapes {
  private var generator: PhiloxGenerator
  private let largest: Int

  /// Makes the sequence of a seed.
  ///
  /// - Parameters:
  ///   - seed: The seed.
  ///   - largest: Multiply-accumulates, or elements where there are none, that no operation exceeds.
  public init(seed: UInt64, largest: Int = 400_000) {
    generator = PhiloxGenerator(seed: seed, purpose: .synthesis, index: 0)
    self.largest = largest
  }

  /// The next convolution.
  ///
  /// - Parameters:
  ///   - activation: The activation to fuse.
  ///   - hasBias: Whether it has a bias; random if nil.
  /// - Returns: A convolution that fits.
  public mutating func convolution(activation: Activation? = nil, hasBias: Bool? = nil) -> Operation {
    firstThatFits { shapes in
      let groups = shapes.pick([1, 1, 1, 2, 3])
      let perGroup = shapes.pick([1, 3, 15, 16, 17, 33])
      let isDepthwise = shapes.pick([false, false, false, true])
      let window = try shapes.window(padding: .anySide)
      let channels = isDepthwise ? perGroup : perGroup * groups
      let geometry = try ConvolutionGeometry(
        input: Shape([shapes.pick([1, 2, 7]), channels] + shapes.plane()),
        outputChannels: isDepthwise ? channels : shapes.pick([1, 3, 15, 16, 17, 33]) * groups, window: window,
        groups: isDepthwise ? channels : groups, hasBias: hasBias ?? shapes.pick([true, true, false]))
      return .convolution(geometry, activation: activation)
    }
  }

  /// The next max pooling.
  public mutating func maxPooling() -> Operation {
    firstThatFits { .maxPooling(try $0.pooling()) }
  }

  /// The next average pooling.
  public mutating func averagePooling() -> Operation {
    firstThatFits { .averagePooling(try $0.pooling(), countsPadding: $0.pick([true, false])) }
  }

  /// The next fully connected layer.
  public mutating func dense() -> Operation {
    firstThatFits { shapes in
      .dense(
        try DenseGeometry(
          input: [shapes.pick([1, 2, 7]), shapes.pick([1, 3, 16, 33, 250])],
          outputFeatures: shapes.pick([1, 10, 17, 64]), hasBias: shapes.pick([true, false])))
    }
  }

  /// The next shape of a batch of images.
  public mutating func images() -> Shape {
    Shape([pick([1, 2, 7]), pick([1, 3, 15, 16, 17, 33])] + plane())
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
    let geometry = try PoolingGeometry(input: images(), window: window, roundsUp: pick([true, false]))
    // With dilation a window may lie wholly in the padding, and there PyTorch's result is undefined.
    guard window.dilation == 1 || window.padding == .zero else {
      throw GeometryError("padding and dilation together")
    }
    return geometry
  }

  private mutating func window(padding: SidePadding) throws -> SlidingWindow {
    let kernel = Extent2D(pick([1, 1, 2, 3, 5, 7]), pick([1, 1, 2, 3, 4, 5]))
    func side(_ extent: Int, _ shapes: inout GeneratedShapes) -> Int {
      Int.random(in: 0...(padding == .anySide ? extent - 1 : extent / 2), using: &shapes.generator)
    }
    let pads = pick([true, true, false])
    let sides = Padding(
      top: side(kernel.height, &self), bottom: side(kernel.height, &self), left: side(kernel.width, &self),
      right: side(kernel.width, &self))
    return try SlidingWindow(
      kernel: kernel, stride: Extent2D(pick([1, 1, 2, 3, 4]), pick([1, 1, 2, 3, 4])),
      padding: pads ? sides : .zero, dilation: Extent2D(pick([1, 1, 1, 2, 3]), pick([1, 1, 1, 2, 3])))
  }

  /// Tries random sizes until some fit together and are small enough; some always are.
  private mutating func firstThatFits(_ make: (inout GeneratedShapes) throws -> Operation) -> Operation {
    while true {
      guard let operation = try? make(&self) else { continue }
      let work = max(operation.multiplyAccumulates, operation.inputShape.elementCount)
      if work <= largest { return operation }
    }
  }
}
