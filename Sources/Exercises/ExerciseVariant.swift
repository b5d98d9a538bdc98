import Layers
import Training

/// One of the networks that an exercise compares.
public struct ExerciseVariant: Sendable, Equatable {
  /// What distinguishes it, for people: `three 1×1 convolutions`.
  public internal(set) var name: String
  /// The name in files: `three`.
  public internal(set) var identifier: String
  /// How many pointwise convolutions follow the first one of each block.
  public var pointwiseConvolutions = 2
  /// Height and width of their kernels.
  public var pointwiseKernel = 1
  /// What makes one number for each class.
  public var head = NiNDesign.Head.globalAverage
  /// How the last block comes to the classes.
  public var lastStep = NiNDesign.LastStep.direct
  /// How many blocks each stage has.
  public var depth = NiNDesign.Depth.twelve
  /// What the size's learning rate is multiplied by.
  public var learningRateFactor = 1.0
  /// Whether the biases of the last block's later convolutions begin at 1, which lifts its channels above their ReLUs, as in
  /// the quick recipe.
  public var raisesBiases = true

  /// Makes the book's network under a name; what differs is set afterwards.
  ///
  /// - Parameters:
  ///   - name: What distinguishes it, for people.
  ///   - identifier: The name in files.
  ///   - change: Sets what differs.
  public init(_ name: String, _ identifier: String, _ change: (inout ExerciseVariant) -> Void = { _ in }) {
    self.name = name
    self.identifier = identifier
    change(&self)
  }

  /// The network at a width.
  ///
  /// - Parameter width: What channels are multiplied by.
  /// - Returns: The network.
  /// - Throws: `GeometryError` if its parts do not fit together.
  public func design(width: Double) throws -> NiNDesign {
    try NiNDesign(
      pointwiseConvolutions: pointwiseConvolutions, pointwiseKernel: pointwiseKernel, head: head,
      width: width, lastStep: lastStep, depth: depth)
  }

  /// What a run of it computes.
  ///
  /// - Parameters:
  ///   - run: How much it trains and tests.
  ///   - seed: The key of the run's random numbers.
  ///   - computation: Data, precision and the like, which all runs share.
  /// - Returns: The recipe.
  /// - Throws: `GeometryError` if the network's parts do not fit together.
  public func recipe(
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

  /// All convolutions of the last block but the first; of a block with one convolution, that one.
  private var raisedBiases: [String: Double] {
    let positions = pointwiseConvolutions == 0 ? [0] : Array(1...pointwiseConvolutions)
    return Dictionary(uniqueKeysWithValues: positions.map { ("net.7.\(2 * $0).bias", 1.0) })
  }
}
