import Operations

/// Whether Winograd's algorithm is likely to be faster than the direct one, counted in multiply-accumulates.
///
/// What transforms and products cost beside a multiply-accumulate of a direct convolution was measured on an AVX-512 CPU.
/// The figures are rough on purpose: near the limit it hardly matters what is chosen. Changing one changes which algorithm
/// computes a layer, and so the last bits of a training's results.
struct WinogradCost {
  private let geometry: ConvolutionGeometry

  /// A product at a point reads its operands more often than a direct convolution does.
  private static let product = 2.0
  /// Cost per element of a transformed tile.
  private static let tileTransform = 24.0
  /// Cost per element of a transformed weight, and of the memory that it is the first to touch.
  private static let weightTransform = 200.0
  /// Cost per element of a transformed weight that is read anew for each image, from a shared cache or from memory.
  private static let weightRead = 16.0

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
  }

  /// Whether it pays.
  ///
  /// - Parameters:
  ///   - precision: The precision of the direct convolution.
  ///   - images: How many images are computed with the same weights; nil for so many that transforming the weights does
  ///     not count.
  ///   - isWide: Whether images are computed one at a time.
  /// - Returns: Whether it is likely to be faster.
  func pays(_ precision: Precision, images: Int?, isWide: Bool) -> Bool {
    let weights = Double(geometry.inputChannels * geometry.outputChannels)
    let transforms = Double(points * (geometry.inputChannels + geometry.outputChannels))
    var cost = Self.product * Double(points) * weights + Self.tileTransform * transforms
    let transformedWeights = Double(pointsOfFullTile) * weights
    if isWide { cost += Self.weightRead * transformedWeights }
    if let images { cost += Self.weightTransform * transformedWeights / Double(images) }
    let direct = Double(geometry.multiplyAccumulates) / Double(geometry.batch)
    // Instructions for bfloat16 multiply two numbers at a time.
    return cost < direct / (precision == .bfloat16 ? 2 : 1)
  }

  private var pointsOfFullTile: Int {
    let kernel = geometry.window.kernel, outputs = WinogradTransform.outputs
    return (kernel.height + outputs - 1) * (kernel.width + outputs - 1)
  }

  /// The points of all tiles of an image.
  private var points: Int {
    points(geometry.output.height, geometry.window.kernel.height)
      * points(geometry.output.width, geometry.window.kernel.width)
  }

  private func points(_ extent: Int, _ taps: Int) -> Int {
    let (full, rest) = extent.quotientAndRemainder(dividingBy: WinogradTransform.outputs)
    let border =
      rest == 0
      ? 0
      : rest <= WinogradTransform.borderOutputs ? WinogradTransform.borderOutputs : WinogradTransform.outputs
    return full * (WinogradTransform.outputs + taps - 1) + (border == 0 ? 0 : border + taps - 1)
  }
}

extension OperationTable {
  /// The algorithm of a convolution by a choice.
  ///
  /// - Parameters:
  ///   - geometry: The convolution.
  ///   - choice: How to choose.
  ///   - precision: The precision to compute in.
  ///   - images: How many images are computed with the same weights; nil for many.
  ///   - isWide: Whether images are computed one at a time.
  /// - Returns: Winograd's, or nil for the table's first.
  public func algorithm(
    for geometry: ConvolutionGeometry, _ choice: ConvolutionChoice, _ precision: Precision, images: Int?,
    isWide: Bool
  ) -> ConvolutionAlgorithm? {
    let isPossible =
      convolution.contains { $0.key == .winograd }
      && ConvolutionAlgorithm.winograd.limitation(of: geometry) == nil
    guard isPossible else { return nil }
    return switch choice {
    case .direct: nil
    case .winograd: .winograd
    case .automatic: WinogradCost(geometry).pays(precision, images: images, isWide: isWide) ? .winograd : nil
    }
  }
}
