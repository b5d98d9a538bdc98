import Layers
import Training

/// One of the networks that an exercise compares.
package struct ExerciseVariant: Sendable, Equatable {
  /// Its description for display: `three 1×1 convolutions`.
  package internal(set) var name: String
  /// The name in files: `three`.
  package internal(set) var identifier: String
  /// The number of pointwise convolutions after the first one of each block.
  package var pointwiseConvolutions = 2
  /// Height and width of their kernels.
  package var pointwiseKernel = 1
  /// The head.
  package var head = NiNDesign.Head.globalAverage
  /// The last block's step to the classes.
  package var lastStep = NiNDesign.LastStep.direct
  /// The number of blocks per stage.
  package var depth = NiNDesign.Depth.twelve
  /// The factor of the size's learning rate.
  package var learningRateFactor = 1.0
  /// Whether the biases of the last block's later convolutions are initialized to 0.3, which lifts its channels above 0.
  package var raisesBiases = true

  /// Creates the book's network under a name; differences are set by a function.
  ///
  /// - Parameters:
  ///   - name: Its description for display.
  ///   - identifier: The name in files.
  ///   - change: Sets the differences.
  package init(_ name: String, _ identifier: String, _ change: (inout ExerciseVariant) -> Void = { _ in }) {
    self.name = name
    self.identifier = identifier
    change(&self)
  }

  /// The network at a width.
  ///
  /// - Parameter width: The factor of the channels.
  /// - Returns: The network.
  /// - Throws: `GeometryError` if its parts contradict each other.
  package func design(width: Double) throws -> NiNDesign {
    try NiNDesign(
      pointwiseConvolutions: pointwiseConvolutions, pointwiseKernel: pointwiseKernel, head: head,
      width: width, lastStep: lastStep, depth: depth)
  }

  /// The recipe of a run.
  ///
  /// - Parameters:
  ///   - run: The amount of training and testing.
  ///   - seed: The key of the run's random numbers.
  ///   - computation: Data, precision and so on, common to all runs.
  /// - Returns: The recipe.
  /// - Throws: `GeometryError` if the network's parts do not fit together.
  package func recipe(
    _ run: RunSize, seed: UInt64, computation: Recipe.Computation = .init()
  ) throws -> Recipe {
    var recipe = Recipe.quick
    let size = run.size
    recipe.model = ModelChoice(try design(width: size.width))
    recipe.imageSize = size.imageSize
    recipe.batchSize = size.batchSize
    recipe.epochs = run.epochs
    let steps = (run.trainingImages + size.batchSize - 1) / size.batchSize * run.epochs
    recipe.learningRate.peak = size.learningRate * learningRateFactor
    recipe.learningRate.warmUpSteps = min(size.warmUpSteps, steps / 5)
    recipe.initialization.constants = raisesBiases ? raisedBiases : [:]
    recipe.normalization = .measured
    recipe.seed = seed
    recipe.trainingLimit = run.trainingImages
    recipe.testLimit = run.testImages
    recipe.computation = computation
    return recipe
  }

  /// The prefix of the names of the last block's layers.
  static let lastBlock = "net.7."

  /// The channels before the last block and after each of its convolutions: 384, 10, 10, 10 for the book's network.
  ///
  /// - Parameters:
  ///   - width: The factor of the channels.
  ///   - classes: The number of classes.
  /// - Returns: The channels.
  /// - Throws: `GeometryError` if the network's parts contradict each other.
  func lastBlockChannels(width: Double, classes: Int) throws -> [Int] {
    let design = try design(width: width)
    let layers = try NiN(classes: classes, design: design).resolved(for: [1, 1, 224, 224])
    let before = layers.prefix { !$0.name.hasPrefix(Self.lastBlock) }.suffix(1)
    let convolutions = layers.filter { $0.name.hasPrefix(Self.lastBlock) && $0.kind == Conv2D.kind }
    return (before + convolutions).map { $0.operation.outputShape[1] }
  }

  /// Less than the 1 of the quick recipe, with which a tenth of the seeds learned nothing at the size 'small' and a rate of 0.02.
  private static let raisedBias = 0.3

  /// All convolutions of the last block except the first; in a block with one convolution, that one.
  private var raisedBiases: [String: Double] {
    let positions = pointwiseConvolutions == 0 ? [0] : Array(1...pointwiseConvolutions)
    return Dictionary(
      uniqueKeysWithValues: positions.map { ("\(Self.lastBlock)\(2 * $0).bias", Self.raisedBias) })
  }
}
