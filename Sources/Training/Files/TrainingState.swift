import Backends
import Layers
import Networks

/// The state of a training run.
///
/// Two runs with the same results have byte-identical states: times, threads and the machine are not included.
public struct TrainingState: Sendable, Equatable, Codable {
  /// The version of a state's semantics; nil in files of versions before 0.5.
  package private(set) var format: Int? = 2
  /// The recipe that training started with.
  public var recipe: Recipe
  /// Completed epochs.
  public var epoch = 0
  /// Completed batches of the current epoch.
  public var batch = 0
  /// Completed steps, over all epochs.
  public var step = 0
  /// The score on the current epoch's images so far.
  package var epochScore = ClassificationScore()
  /// The training loss as the book draws it; nil before the first step, and in files of older versions.
  var halfEpochs: HalfEpochLosses?
  /// The network, if it differs from the recipe's.
  public internal(set) var model: Sequential?
  /// The name of the last backend; nil in files of versions before 0.4.
  public var backend: String?
  /// The precision; nil in files that do not state it, which use float32.
  public var precision: Precision?
  /// The number of images computed at a time, which determines the order of the gradients' sums; nil in files of
  /// versions before 0.4.
  package var microBatch: Int?
  /// The choice of convolution algorithms; nil in files that do not state it, which use direct ones.
  package var convolutions: ConvolutionChoice?
  /// The training and test data; nil in files of versions before 0.4.
  package var data: DataDigests?
  /// The normalization; nil in files of versions before 0.5, where it is in the recipe.
  public var normalization: Normalization?
  /// The MD5 digest of the run's last checkpoint file, by which it is recognized; nil if none has been written, and in
  /// files of versions before 0.4.
  package var checkpoint: String?
  /// The digest of the previous checkpoint, which is still in the folder if a process was killed in between.
  package var previousCheckpoint: String?
  /// The MD5 digest of the best epoch's network.
  package var bestCheckpoint: String?
  /// The types of the custom functions; nil in files of versions before 0.6.
  var functions: FunctionNames?
  /// Absent unless true, as in files of older versions.
  private var stopped: Bool?
  /// The changes of the recipe when the run was resumed; absent if there are none.
  package internal(set) var changes: [RecipeChange]?
  /// The best epoch so far.
  public var best: EpochResult.Judgment?
  /// The results of the completed epochs.
  public var history: [EpochResult] = []

  private enum CodingKeys: String, CodingKey {
    case format, recipe, epoch, batch, step, epochScore, halfEpochs, backend, precision, microBatch,
      convolutions, model
    case data, normalization, checkpoint, previousCheckpoint, bestCheckpoint, functions, stopped, changes,
      best, history
  }

  /// Creates the state of a new run.
  public init(recipe: Recipe) {
    self.recipe = recipe
  }

  /// Whether an observer has stopped training after an epoch; set it to false to continue.
  public var isStopped: Bool {
    get { stopped ?? false }
    set { stopped = newValue ? true : nil }
  }

  /// Whether no epoch has been better for as many epochs as the recipe's patience.
  public var isOutOfPatience: Bool {
    guard let patience = recipe.patience, let best else { return false }
    return epoch - best.epoch >= patience
  }

  /// Records the batch's loss in the current step, and returns the half epoch that it completes, if any.
  mutating func addToHalfEpoch(_ loss: Double, stepsPerEpoch: Int) -> HalfEpochLoss? {
    if halfEpochs == nil { halfEpochs = HalfEpochLosses() }
    return halfEpochs?.add(loss: loss, step: step, stepsPerEpoch: stepsPerEpoch)
  }

  /// Records a completed epoch.
  mutating func add(_ result: EpochResult) {
    history.append(result)
    epoch += 1
    batch = 0
    epochScore = ClassificationScore()
    halfEpochs?.beginEpoch()
    if result.judgment.isBetter(than: best) { best = result.judgment }
  }

  /// Records how the run computes, and on which data, for a program that resumes it.
  mutating func note(_ network: Network, _ data: DataDigests) {
    backend = network.backend.name
    precision = network.options.precision
    microBatch = network.microBatch
    convolutions = network.options.convolutions
    normalization = network.normalization
    self.data = data
  }

  /// Records the network that is written after an epoch.
  mutating func note(checkpoint digest: String) {
    previousCheckpoint = checkpoint
    checkpoint = digest
    if best?.epoch == epoch { bestCheckpoint = digest }
  }

  /// Whether a trainer has written the state, even before the first step.
  var hasBegun: Bool { step > 0 || data != nil }

  /// The choices of the recipe, otherwise those of the state, otherwise the defaults.
  var computation: (precision: Precision, microBatch: Int?, convolutions: ConvolutionChoice) {
    (
      recipe.computation.precision ?? precision ?? .float32, recipe.computation.microBatch ?? microBatch,
      recipe.computation.convolutions ?? convolutions ?? (hasBegun ? .direct : .automatic)
    )
  }
}
