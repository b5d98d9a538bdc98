import Backends

/// How a network is to be prepared.
public struct NetworkOptions: Sendable {
  /// The batch sizes that will be run, so that nothing has to be prepared later; the first is the usual one.
  public var batchSizes: [Int]
  /// The precision to compute in.
  public var precision: Precision
  /// Whether gradients will be computed.
  public var isTraining: Bool
  /// Whether the optimiser has momentum, which takes as much memory as the parameters.
  public var hasMomentum: Bool
  /// How many images of a batch a lane computes at a time; nil for as many as keep the activations small.
  ///
  /// A larger batch is run in parts whose gradients are added up: the same step, but for the rounding of sums, in less
  /// memory. Where parts wait for sums over the batch, as for batch normalization's, all have memory at once.
  public var microBatch: Int?
  /// How the algorithms of convolutions are chosen.
  public var convolutions: ConvolutionChoice
  /// How many images will be predicted with the same parameters; nil for so many that preparing the parameters does not
  /// count.
  public var imageCount: Int?
  /// Whether every layer's activation stays readable after a pass, at the cost of memory.
  public var keepsActivations: Bool
  /// The rewrites of the layers, in the order in which they are made; none where activations are kept.
  var rewrites: [any Rewrite] = [FoldBatchNormalization(), MoveReLUBehindMaxPooling(), FuseReLU()]

  /// Those of the rewrites that the network can make.
  var possibleRewrites: [any Rewrite] {
    keepsActivations ? [] : rewrites.filter { !isTraining || !$0.isForPredictionOnly }
  }

  /// Makes options; the default is prediction of one image in float32.
  public init(
    batchSizes: [Int] = [1], precision: Precision = .float32, isTraining: Bool = false,
    hasMomentum: Bool = false, microBatch: Int? = nil, convolutions: ConvolutionChoice = .automatic,
    imageCount: Int? = nil, keepsActivations: Bool = false
  ) {
    self.batchSizes = batchSizes
    self.precision = precision
    self.isTraining = isTraining
    self.hasMomentum = hasMomentum
    self.microBatch = microBatch
    self.convolutions = convolutions
    self.imageCount = imageCount
    self.keepsActivations = keepsActivations
  }
}
