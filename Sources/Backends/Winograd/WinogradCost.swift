import Operations

/// The cost of a convolution by Winograd's algorithm, in multiply-accumulates of a direct one.
package struct WinogradCost {
  /// The cost of transforms and products relative to a multiply-accumulate of a direct convolution.
  struct Constants {
    /// Per product at a point, which reads its operands more often than a direct convolution does.
    let product: Double
    /// Per element of a transformed tile.
    let tileTransform: Double
    /// Per element of a transformed weight, including the first access to its memory.
    let weightTransform: Double
    /// Per element of a transformed weight that is read again from a shared cache or from memory.
    let weightRead: Double

    /// The constants measured on an AVX-512 CPU (Zen 4).
    static let measured = Constants(product: 1.08, tileTransform: 22, weightTransform: 123, weightRead: 5)

    /// The constants used to choose the algorithm.
    ///
    /// They favor the direct algorithm, since Winograd's rounding errors are larger. Changing one changes which
    /// algorithm computes a layer, and so the last bits of a trained network.
    static let forChoice = Constants(product: 2, tileTransform: 24, weightTransform: 200, weightRead: 16)
  }

  /// The measured cost per element of a weight's gradient, which each part transforms back.
  private static let gradientTransform = 40.0

  private let geometry: ConvolutionGeometry

  package init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
  }

  /// Whether it is likely to be faster than the direct algorithm.
  ///
  /// Rough figures are enough: if both take about the same time, the choice hardly matters.
  ///
  /// - Parameters:
  ///   - precision: The precision of the direct convolution.
  ///   - images: The number of images computed with the same weights; nil for many, which make the transform of the
  ///     weights negligible.
  ///   - isWide: Whether images are computed one at a time.
  /// - Returns: Whether it is likely to be faster.
  func pays(_ precision: Precision, images: Int?, isWide: Bool) -> Bool {
    let constants = Constants.forChoice
    var cost = costPerImage(constants)
    if isWide { cost += constants.weightRead * transformedWeights }
    if let images { cost += constants.weightTransform * transformedWeights / Double(images) }
    let direct = Double(geometry.multiplyAccumulates) / Double(geometry.batch)
    // Instructions for bfloat16 multiply two numbers at a time.
    return cost < direct / (precision == .bfloat16 ? 2 : 1)
  }

  /// The measured cost of a pass, in multiply-accumulates.
  ///
  /// - Parameters:
  ///   - images: The images of a part.
  ///   - isWeightGradient: Whether it is the pass that computes the weight's gradient.
  /// - Returns: The cost for all of the images.
  package func cost(images: Int, isWeightGradient: Bool) -> Double {
    let constants = Constants.measured
    let perWeight = isWeightGradient ? Self.gradientTransform : constants.weightRead
    return Double(images) * costPerImage(constants) + perWeight * transformedWeights
  }

  /// The measured cost of packing one element of the weights, in multiply-accumulates.
  package static let costOfPackedWeight = Constants.measured.weightTransform

  private func costPerImage(_ constants: Constants) -> Double {
    let transforms = Double(points * (geometry.inputChannels + geometry.outputChannels))
    return constants.product * Double(points) * weights + constants.tileTransform * transforms
  }

  private var weights: Double { Double(geometry.inputChannels * geometry.outputChannels) }

  private var transformedWeights: Double { Double(pointsOfFullTile) * weights }

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
  /// The algorithm that a choice gives for a convolution.
  ///
  /// - Parameters:
  ///   - geometry: The convolution.
  ///   - choice: The choice.
  ///   - precision: The precision to compute in.
  ///   - images: The number of images computed with the same weights; nil for many.
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
