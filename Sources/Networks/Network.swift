import Backends
import Layers
import Operations
import Tensors

/// A model on a backend, with memory: what runs.
///
/// Everything is prepared when it is made: kernels, layouts, memory. Running it does arithmetic only. A batch of
/// any size is run in micro-batches that share memory; gradients are added up over them, so that a
/// step is the same however the batch is divided.
///
/// A network is used from one thread at a time.
public final class Network {
  /// The model.
  public let model: Sequential
  /// The shape of one image, C×H×W, or of whatever else one element of a batch is.
  public let image: Shape
  /// The backend that made the kernels.
  public let backend: any Backend
  /// How the network was prepared.
  public let options: NetworkOptions
  /// How bytes become numbers.
  public let normalisation: Normalisation
  /// How many images are computed at a time.
  public let microBatch: Int
  /// Where the times of all that runs are added up; nil, as usual, for nowhere.
  public var profile: Profile?
  /// Observes the output of every layer; nil, the default, for no observer.
  public var activationObserver: ActivationObserver?
  /// Whether the images of a batch influence each other in training.
  private let mixesImages: Bool
  let store: ParameterStore
  private let sharedArena: AlignedBuffer
  private var plans: [Int: ExecutionPlan]
  private let makePlan: (_ count: Int) throws -> ExecutionPlan
  let mainPlan: ExecutionPlan

  /// Prepares a network; its parameters are zero until they are set or initialised.
  ///
  /// - Parameters:
  ///   - model: The layers.
  ///   - image: The shape of one image, C×H×W; for layers that take anything, any shape.
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes, precision, and whether it will be trained.
  ///   - normalisation: How bytes become numbers.
  /// - Throws: `LayerError` if the image does not fit a layer, ``NetworkError`` if the backend cannot do an
  ///   operation, `OutOfMemory` if there is not enough memory.
  public init(
    _ model: Sequential, image: Shape, backend: any Backend, options: NetworkOptions = NetworkOptions(),
    normalisation: Normalisation = .none
  ) throws {
    guard let usual = options.batchSizes.first, options.batchSizes.allSatisfy({ $0 > 0 }) else {
      throw NetworkError("batch sizes must be at least 1, not \(options.batchSizes)")
    }
    if let microBatch = options.microBatch, microBatch < 1 {
      throw NetworkError("a micro-batch must have at least 1 image, not \(microBatch)")
    }
    backend.threads.makeCurrent()
    let layers = try model.resolved(for: image.batched(1))
    guard !layers.isEmpty else { throw NetworkError("the model has no layers") }
    let automatic = Self.automaticMicroBatch(layers, threads: backend.threads.count)
    mixesImages = layers.contains { $0.operation.mixesImages }
    let isWhole = mixesImages && options.isTraining
    if isWhole, let microBatch = options.microBatch, microBatch < usual {
      throw NetworkError(
        "batch normalization needs the whole batch at once in training: a micro-batch of \(microBatch) is less than "
          + "the \(usual) images of a batch")
    }
    let micro = isWhole ? usual : min(options.microBatch ?? automatic, usual)

    func makePlan(_ count: Int, _ earlier: ExecutionPlan?) throws -> ExecutionPlan {
      let input = image.batched(count)
      return try ExecutionPlan(
        model.resolved(for: input), input: input, backend: backend, options: options,
        sharingParametersWith: earlier)
    }
    let mainPlan = try makePlan(micro, nil)
    var plans = [micro: mainPlan]
    for size in options.batchSizes {
      for count in [min(size, micro), size % micro] where count > 0 && plans[count] == nil {
        plans[count] = try makePlan(count, mainPlan)
      }
    }
    store = try ParameterStore(
      mainPlan.layers.flatMap(\.parameters), mainPlan.layers.flatMap(\.states), options: options)
    sharedArena = try AlignedBuffer(byteCount: plans.values.map(\.arenaByteCount).max() ?? 0)
    for plan in plans.values {
      try plan.bind(
        arena: sharedArena, parameters: store, normalisation: normalisation, threads: backend.threads)
    }
    self.model = model
    self.image = image
    self.backend = backend
    self.options = options
    self.normalisation = normalisation
    self.mainPlan = mainPlan
    self.makePlan = { try makePlan($0, mainPlan) }
    self.plans = plans
    microBatch = micro
    resetState()
  }

  /// As many images as keep the activations of one pass near the size of a large cache, but one a thread.
  private static func automaticMicroBatch(_ layers: [ResolvedLayer], threads: Int) -> Int {
    let elementsPerImage = layers.map(\.operation).reduce(0) { total, operation in
      if case .convolution = operation { total + operation.outputShape.elementCount } else { total }
    }
    let budget = 12 << 20
    var count = 128
    while count / 2 >= threads && count > 1 && count * elementsPerImage > budget { count /= 2 }
    return count
  }

  /// The layers that are run for a micro-batch, in order.
  public var layers: [PreparedLayer] { mainPlan.layers }

  /// How the model's layers became ``layers``: in which order, and of what the rewrites were made.
  public var rewrites: [AppliedRewrite] { mainPlan.rewrites }

  /// The copies into other layouts that remain, with the layer and the time so far, over all batch sizes.
  public var conversions: [(layer: String, conversion: LayoutConversion)] {
    plans.values.flatMap(\.layers).flatMap { layer in
      layer.kernel.conversions.map { (layer.name, $0) }
    }
  }

  /// The bytes that the network holds.
  public var memory: NetworkMemory {
    let kernels = plans.values.flatMap(\.layers).map {
      $0.requirements.ownByteCount + ($0.foldedParameters?.byteCount ?? 0)
    }
    return NetworkMemory(
      activations: sharedArena.byteCount, parameters: store.byteCount, packedParameters: kernels.reduce(0, +))
  }

  /// How many classes it tells apart; nil if its output is not one number per class.
  public var classes: Int? {
    let output = mainPlan.output.shape
    return output.rank == 2 ? output[1] : nil
  }

  /// The shape of the output for a number of images.
  public func outputShape(_ count: Int) -> Shape {
    mainPlan.output.shape.withBatch(count)
  }

  /// The elements of the output for one image.
  var outputElementsPerImage: Int { mainPlan.output.shape.elementCount / microBatch }

  /// The parameters' names and plain shapes, in the model's order.
  public var parameterShapes: [(name: String, shape: Shape)] {
    store.parameters.map { ($0.name, $0.specification.shape) }
  }

  // MARK: Running

  /// Runs a batch forward, micro-batch by micro-batch.
  ///
  /// - Parameters:
  ///   - pixels: The images.
  ///   - count: How many there are.
  ///   - pass: What is known beyond the memory; the first image is filled in here.
  ///   - body: Called after each micro-batch's forward pass with its plan and its first image.
  /// - Throws: What the backend's library refuses, and what the body throws.
  func forEachMicroBatch(
    _ pixels: Pixels, count: Int, pass: Pass, _ body: (ExecutionPlan, Pass) throws -> Void
  ) throws {
    backend.threads.makeCurrent()
    var first = 0
    let largest = mixesImages && pass.isTraining ? count : microBatch
    while first < count {
      let plan = try plan(for: min(largest, count - first))
      profile.measure(.inputConversion) {
        plan.read(pixels.advanced(by: first * image.elementCount))
      }
      var pass = pass
      pass.firstImage = first
      try plan.forward(
        pass, store, on: backend, profile: profile,
        layerDone: activationObserver.map { observer in { try self.show($0, to: observer) } })
      if let activationObserver { try showOutput(of: plan, to: activationObserver) }
      try body(plan, pass)
      first += plan.count
    }
  }

  private func plan(for count: Int) throws -> ExecutionPlan {
    if let plan = plans[count] { return plan }
    let plan = try makePlan(count)
    let fits = plan.arenaByteCount <= sharedArena.byteCount
    try plan.bind(
      arena: fits ? sharedArena : AlignedBuffer(byteCount: plan.arenaByteCount), parameters: store,
      normalisation: normalisation, threads: backend.threads)
    plans[count] = plan
    return plan
  }
}

/// The bytes that a network holds.
public struct NetworkMemory: Sendable, Equatable {
  /// Activations, their gradients, saved state and scratch.
  public let activations: Int
  /// Parameters, their gradients and velocities.
  public let parameters: Int
  /// What kernels keep of the parameters in another form.
  public let packedParameters: Int

  /// All of it.
  public var total: Int { activations + parameters + packedParameters }
}
