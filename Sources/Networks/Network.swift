import Backends
import Layers
import Operations
import Tensors

/// A model prepared on a backend, with its memory, ready to run.
///
/// Kernels, layouts and memory are prepared when it is created; running it does only arithmetic. A batch of any size is
/// cut into parts of a fixed number of images. A *lane* is a thread with separate single-threaded kernels and memory; a
/// free lane takes the next part. Gradients are added up over the parts in a balanced binary tree (`SumTree`), so that
/// a step gives the same bits on any number of threads.
///
/// A network must be used from one thread at a time.
public final class Network {
  /// The model.
  public let model: Sequential
  /// The shape of one image, C×H×W, or of any other element of a batch.
  public let image: Shape
  /// The backend that made the kernels.
  public let backend: any Backend
  /// The options that the network was prepared with.
  public let options: NetworkOptions
  /// The normalization of bytes.
  public let normalization: Normalization
  /// The number of images of a part of a batch, which a lane computes at a time.
  public let microBatch: Int
  let store: ParameterStore
  /// The gradients over a batch; nil without training.
  let gradients: BatchGradients?
  let mainPlan: ExecutionPlan
  let runner: BatchRunner
  /// The optimizer's step; nil without training.
  let parameterUpdate: ParameterUpdate?
  /// The moving average of the parameters; nil if none is kept.
  let parameterAverage: ParameterAverage?
  private let cutting: BatchCutting
  private let workspaces: Workspaces

  /// Prepares a network, which can be run once its parameters have been initialized, set or loaded.
  ///
  /// - Parameters:
  ///   - model: The layers.
  ///   - image: The shape of one image, C×H×W, or any shape that the layers take.
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes, precision, and whether and how it will be trained.
  ///   - normalization: The normalization of bytes.
  /// - Throws: `LayerError` if the image does not fit a layer, ``NetworkError`` if the backend does not support an
  ///   operation or the options name a parameter that does not exist, `OutOfMemory` if there is not enough memory.
  public init(
    _ model: Sequential, image: Shape, backend: any Backend, options: NetworkOptions = NetworkOptions(),
    normalization: Normalization = .none
  ) throws {
    try options.requireBatchSizes()
    let layers = try model.resolved(for: image.batched(1))
    guard !layers.isEmpty else { throw NetworkError.unsuitableModel(reason: "the model has no layers") }
    try options.requireParameters(of: layers)
    let maker = PlanMaker(model: model, image: image, backend: backend, options: options)
    let (cutting, plan) = try maker.mainPlan(of: layers)
    self.model = model
    self.image = image
    self.backend = backend
    self.options = options
    self.normalization = normalization
    self.cutting = cutting
    mainPlan = plan
    microBatch = cutting.microBatch

    let crew = Crew(backend.threads)
    let divisions = options.batchSizes.map { cutting.division(of: $0, isTraining: options.isTraining) }
    gradients =
      options.isTraining
      ? try BatchGradients(of: plan.layers, divisions[0], on: backend, options.precision, crew) : nil
    store = try ParameterStore(
      plan.layers.flatMap(\.parameters), plan.layers.flatMap(\.states),
      slots: options.isTraining ? options.optimizerSlots : [],
      keepsAverage: options.keepsAverage)
    parameterUpdate = gradients.map { [store] in ParameterUpdate(of: store, $0, on: backend, crew) }
    parameterAverage = options.keepsAverage ? ParameterAverage(of: store, crew) : nil
    workspaces = Workspaces(maker, plan, store, gradients, normalization)
    runner = try BatchRunner(plan, cutting, workspaces, gradients, on: backend, crew)
    for division in divisions { try runner.prepare(division) }
    resetState()
  }

  /// The layers that are run for a part, in order.
  package var layers: [PreparedLayer] { mainPlan.layers }

  /// The rewrites that were applied to the model's layers, in order.
  public var rewrites: [AppliedRewrite] { mainPlan.rewrites }

  /// The layers whose convolutions use an algorithm, in the model's order.
  public func layers(by algorithm: ConvolutionAlgorithm) -> [String] {
    layers.filter { $0.requirements.algorithm == algorithm }.map(\.name)
  }

  /// The plan for a batch of the usual size: its parts, lanes and phases, and the memory of a part.
  package var batchPlan: BatchPlan {
    BatchPlan(
      cutting.division(of: options.batchSizes[0], isTraining: options.isTraining),
      threads: backend.threads.count, phases: runner.trainingPhases.count,
      byteCountOfPart: mainPlan.arenaByteCount)
  }

  /// Whether the gradients of a layer's parameters are computed once, from the whole batch, instead of for each part.
  package func isGradientOfWholeBatch(_ layer: PreparedLayer) -> Bool {
    if case .whole? = gradients?[layer.position] { true } else { false }
  }

  /// The number of lanes that compute the parts of the usual batch.
  public var laneCount: Int { batchPlan.lanes }

  /// The remaining reorders, with the layer and the time so far, over all lanes and batch sizes.
  public var reorders: [(layer: String, record: ReorderRecord)] {
    workspaces.plans.flatMap(\.layers).flatMap { layer in
      layer.kernel.reorders.map { (layer.name, $0) }
    }
  }

  /// The bytes that the network holds.
  public var memory: NetworkMemory {
    NetworkMemory(
      weights: store.valueByteCount,
      gradients: (gradients?.byteCount ?? 0) + workspaces.gradientByteCount,
      rarelyUsed: gradients?.rarelyUsed ?? 0, optimizer: store.slotByteCount,
      averages: store.averageByteCount,
      packed: workspaces.plans.reduce(0) { $0 + $1.packedByteCount + $1.foldedByteCount },
      activations: workspaces.keptByteCount, workspace: workspaces.byteCount - workspaces.keptByteCount)
  }

  /// The number of classes; nil if the output is not one number per class.
  public var classes: Int? {
    let output = mainPlan.output.layout.shape
    return output.rank == 2 ? output[1] : nil
  }

  /// The shape of the output for a number of images.
  public func outputShape(_ count: Int) -> Shape {
    mainPlan.output.layout.shape.withBatch(count)
  }

  /// The elements of the output for one image.
  var outputElementsPerImage: Int { mainPlan.output.layout.shape.elementCount / mainPlan.count }

  /// The parameters' names and plain shapes, in the model's order.
  public var parameterShapes: [(name: String, shape: Shape)] {
    store.parameters.map { ($0.name, $0.specification.shape) }
  }
}
