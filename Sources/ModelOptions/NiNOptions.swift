import ArgumentParser
import Layers
import Operations

/// The options that change NiN's design, for `--model nin` only.
package struct NiNOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "nin: pointwise convolutions after each block's first convolution, 0 to 3. (default: 2)", valueName: "n"
    ))
  var pointwise: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "nin: kernel size of the pointwise convolutions, 1 or 3. (default: 1)", valueName: "1|3"))
  var pointwiseKernel: Int?

  @Option(
    help: ArgumentHelp(
      """
      nin: the head that computes class scores from the last block's maps: the mean of each map (global-average, the \
      default), a fully connected layer over all (dense), or the mean of each 5×5 window (window); images of 195 to 226 \
      pixels have one window.
      """))
  package var head: NiNDesign.Head?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "nin: scales the channels of all layers except the class scores. (default: 1)",
      valueName: "factor"))
  var width: Double?

  @Option(
    help: ArgumentHelp(
      """
      nin: the last block's step from 384 channels to the classes: at once (direct, the default), or by equal factors \
      (gradual).
      """))
  var lastStep: NiNDesign.LastStep?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      nin: 12 (the default), 21 or 27 convolutions, by more blocks per stage; the count assumes two pointwise \
      convolutions per block.
      """, valueName: "layers"))
  var depth: NiNDesign.Depth?

  /// Creates options without values.
  package init() {}

  /// Rejects numbers that are out of range.
  package func validate() throws {
    if let pointwise, !(0...3).contains(pointwise) {
      throw ValidationError("--pointwise is \(pointwise); it must be between 0 and 3")
    }
    if let pointwiseKernel, pointwiseKernel != 1, pointwiseKernel != 3 {
      throw ValidationError("--pointwise-kernel is \(pointwiseKernel); it must be 1 or 3")
    }
    if let width, !(1.0 / 64...16).contains(width) {
      throw ValidationError("--width is \(width); it must be between 0.015625 and 16")
    }
  }

  /// The names of the options that are given.
  package var given: [String] {
    [
      ("--pointwise", pointwise != nil), ("--pointwise-kernel", pointwiseKernel != nil),
      ("--head", head != nil), ("--width", width != nil), ("--last-step", lastStep != nil),
      ("--depth", depth != nil),
    ].filter(\.1).map(\.0)
  }

  /// The requested network.
  ///
  /// - Parameters:
  ///   - name: The name of the network; nil for the default.
  ///   - usual: The network that the options change if none is named.
  /// - Returns: The network.
  /// - Throws: `ValidationError` if options are given for a network other than NiN, or they contradict each other.
  package func choice(
    _ name: ModelCatalog?, usual: ModelChoice = ModelChoice(.nin)
  ) throws -> ModelChoice {
    let chosen = name.map { $0 == usual.name ? usual : ModelChoice($0) } ?? usual
    guard let first = given.first else { return chosen }
    guard chosen.name == .nin else {
      throw ValidationError("\(first) is for --model nin; the network is \(chosen)")
    }
    let design = chosen.design
    do {
      return ModelChoice(
        try NiNDesign(
          pointwiseConvolutions: pointwise ?? design.pointwiseConvolutions,
          pointwiseKernel: pointwiseKernel ?? design.pointwiseKernel, head: head ?? design.head,
          width: width ?? design.width, lastStep: lastStep ?? design.lastStep, depth: depth ?? design.depth))
    } catch let error as GeometryError {
      throw ValidationError(error.description)
    }
  }
}

extension NiNDesign.Head: ExpressibleByArgument {}

extension NiNDesign.LastStep: ExpressibleByArgument {}

extension NiNDesign.Depth: ExpressibleByArgument {}

extension ModelCatalog: ExpressibleByArgument {}
