import Backends
import Layers
import Tensors

/// Options for preparing a network.
public struct NetworkOptions: Sendable {
  /// The batch sizes to prepare for; the first is the usual one.
  public var batchSizes: [Int]
  /// The precision to compute in.
  public var precision: Precision
  /// Whether gradients will be computed.
  public var isTraining: Bool
  /// The optimizer's state for each parameter, such as `velocity`: the rule's `slots`.
  ///
  /// Each takes as much memory as the parameters.
  public var optimizerSlots: [String]
  /// The names of the parameters that are not to be trained, such as `net.0.0.weight`.
  ///
  /// They do not change and do not count in norms. The backward pass ends at the first layer that has a trained
  /// parameter. A frozen batch normalization still uses the batch's statistics in training, as in PyTorch.
  public var frozen: Set<String>
  /// Whether a moving average of the parameters is kept, which takes as much memory as they do.
  public var keepsAverage: Bool
  /// The number of images that a lane computes at a time; nil for a number that keeps the activations small.
  ///
  /// A larger batch is run in parts whose gradients are added up: the same step, except for the rounding of sums, in
  /// less memory. If parts wait for sums over the batch, as with batch normalization, all parts have memory at once.
  public var microBatch: Int?
  /// The choice of algorithms for convolutions.
  public var convolutions: ConvolutionChoice
  /// The number of images that will be predicted with the same parameters; nil for many, which make the time to prepare
  /// the parameters negligible.
  public var imageCount: Int?
  /// Whether every layer's activation stays readable after a pass, at the cost of memory.
  public var keepsActivations: Bool
  /// The rewrites of the layers, in the order in which they are made; none if activations are kept.
  var rewrites: [any Rewrite] = [FoldBatchNormalization(), MoveReLUBehindMaxPooling(), FuseReLU()]

  /// The rewrites that the network can make.
  var possibleRewrites: [any Rewrite] {
    keepsActivations ? [] : rewrites.filter { !isTraining || !$0.isForPredictionOnly }
  }

  /// Creates options; the default is prediction of one image in float32.
  public init(
    batchSizes: [Int] = [1], precision: Precision = .float32, isTraining: Bool = false,
    optimizerSlots: [String] = [], frozen: Set<String> = [], keepsAverage: Bool = false,
    microBatch: Int? = nil, convolutions: ConvolutionChoice = .automatic, imageCount: Int? = nil,
    keepsActivations: Bool = false
  ) {
    self.batchSizes = batchSizes
    self.precision = precision
    self.isTraining = isTraining
    self.optimizerSlots = optimizerSlots
    self.frozen = frozen
    self.keepsAverage = keepsAverage
    self.microBatch = microBatch
    self.convolutions = convolutions
    self.imageCount = imageCount
    self.keepsActivations = keepsActivations
  }
}

extension NetworkOptions {
  /// Requires batch sizes in their range.
  ///
  /// - Throws: ``NetworkError`` otherwise.
  func requireBatchSizes() throws {
    guard !batchSizes.isEmpty, batchSizes.allSatisfy({ 1...(1 << 20) ~= $0 }) else {
      let sizes = batchSizes.isEmpty ? "none" : batchSizes.map(String.init).joined(separator: ", ")
      throw NetworkError.invalidArgument(
        name: "batchSizes",
        reason: "the batch sizes are \(sizes); at least one is needed, and each must be from 1 to 1048576")
    }
    if let microBatch, microBatch < 1 {
      throw NetworkError.invalidArgument(
        name: "microBatch", reason: "a micro-batch must have at least 1 image, not \(microBatch)")
    }
  }

  /// Requires that frozen names are parameters, that at least one is trained, and that the optimizer's slots are
  /// distinct.
  ///
  /// - Parameter layers: The model's layers.
  /// - Throws: ``NetworkError`` with the wrong name.
  func requireParameters(of layers: [ResolvedLayer]) throws {
    let names = layers.flatMap { layer in layer.operation.parameters.map(layer.parameterName) }
    if let unknown = frozen.subtracting(names).min() {
      let example = names.first.map { "; the first one is \($0)" } ?? ""
      throw NetworkError.unknownName(
        unknown, available: names, reason: "unknown parameter \(unknown.quoted) to freeze\(example)")
    }
    if isTraining, !frozen.isEmpty, frozen.count == Set(names).count {
      throw NetworkError.invalidArgument(
        name: "frozen", reason: "all parameters are frozen: there is nothing to train")
    }
    for (index, slot) in optimizerSlots.enumerated() {
      guard !slot.isEmpty, slot.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
        throw NetworkError.invalidArgument(
          name: "optimizerSlots",
          reason: "\(slot.quoted) is not a name for an optimizer's slot; use letters, digits and _")
      }
      guard !optimizerSlots[..<index].contains(slot) else {
        throw NetworkError.invalidArgument(
          name: "optimizerSlots", reason: "the optimizer keeps two tensors with the name \(slot.quoted)")
      }
    }
  }
}
