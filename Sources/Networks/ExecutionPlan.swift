import Backends
import Layers
import Operations
import Tensors

/// The kernels of a network for one number of images, and the places of their tensors.
final class ExecutionPlan {
  /// How many images it computes.
  let count: Int
  /// The stages with their kernels, in order.
  let stages: [(stage: Stage, kernel: any Kernel)]
  /// The layer of the model whose output each stage gives, if it gives one's.
  let completedLayers: [String?]
  /// The layout of the input.
  let input: Layout
  /// Bytes of activations, gradients of activations, saved state and scratch.
  let arenaByteCount: Int
  /// What follows the last stage if its output is not what is read from outside.
  private let conversion: OutputConversion?
  private let liveness: Liveness
  private let memoryPlan: MemoryPlan
  private let isTraining: Bool
  /// The first stage that has parameters; backward passes stop there.
  private let firstLearning: Int
  private var arena: AlignedBuffer?
  private var pixels: PixelConversion?
  private var parametersVersion = -1

  /// Makes the kernels.
  ///
  /// - Parameters:
  ///   - layers: The model's operations for this number of images.
  ///   - input: The input's shape.
  ///   - backend: Who makes the kernels.
  ///   - options: How the network is prepared.
  ///   - parameterLayouts: The layouts that an earlier plan has chosen, per stage.
  /// - Throws: `BackendError` or ``NetworkError``, naming the layer that the backend cannot do.
  init(
    _ layers: [LoweredLayer], input: Shape, backend: any Backend, options: NetworkOptions,
    parameterLayouts: [[Layout]]?
  ) throws {
    count = input[0]
    isTraining = options.isTraining
    let inputLayout = Layout(plain: input, options.precision.activationType)
    self.input = inputLayout
    let planned = options.keepsActivations ? unfused(layers) : fuse(layers, on: backend)
    completedLayers = Networks.completedLayers(planned)
    let firstLearning = planned.firstIndex { !$0.operation.parameters.isEmpty } ?? planned.count
    self.firstLearning = firstLearning
    var layout = inputLayout
    stages = try planned.enumerated().map { index, stage in
      if let limitation = backend.limitation(of: stage.operation, precision: options.precision) {
        throw NetworkError("\(stage.name): \(limitation)")
      }
      let request = KernelRequest(
        operation: stage.operation, input: layout, precision: options.precision,
        isTraining: options.isTraining, needsInputGradient: options.isTraining && index > firstLearning,
        layerIndex: stage.layerIndex, parameterLayouts: parameterLayouts?[index])
      let kernel = try named(stage) { try backend.makeKernel(for: request) }
      layout = kernel.requirements.output
      return (stage, kernel)
    }
    conversion = try OutputConversion(of: layout, precision: options.precision, backend: backend)
    let kernels = stages.map(\.kernel) + [conversion].compactMap(\.self)
    liveness = Liveness(
      input: inputLayout, requirements: kernels.map(\.requirements), isTraining: options.isTraining,
      keepsActivations: options.keepsActivations)
    memoryPlan = MemoryPlan(liveness.pieces)
    arenaByteCount = memoryPlan.byteCount
  }

  /// Which gradients a backward pass computes at a stage.
  func backwardPasses(ofStage index: Int) -> (input: Bool, parameters: Bool) {
    let hasParameters = !stages[index].kernel.requirements.parameters.isEmpty
    return (input: isTraining && index > firstLearning, parameters: isTraining && hasParameters)
  }

  /// The layouts of the parameters, per stage.
  var parameterLayouts: [[Layout]] { stages.map(\.kernel.requirements.parameters) }

  /// The layout of what is read from outside: plain, in float32 or in float64.
  var output: Layout {
    conversion?.requirements.output ?? stages.last?.kernel.requirements.output ?? input
  }

  /// Hands the memory to the kernels.
  func bind(
    arena: AlignedBuffer, parameters: ParameterStore, normalisation: Normalisation, threads: ThreadPool
  ) throws {
    self.arena = arena
    let places = liveness.places(in: arena.baseAddress, memoryPlan)
    for (index, entry) in stages.enumerated() {
      let inputRoot = liveness.roots[index]
      let outputRoot = liveness.roots[index + 1]
      let memory = KernelMemory(
        input: places.values[inputRoot], output: places.values[outputRoot],
        inputGradient: index > firstLearning ? places.gradients[inputRoot] : nil,
        outputGradient: index >= firstLearning ? places.gradients[outputRoot] : nil,
        parameters: parameters.values(ofStage: index),
        parameterGradients: isTraining ? parameters.pieceGradients(ofStage: index) : [],
        saved: places.saved[index], scratch: places.scratch)
      try named(entry.stage) { try entry.kernel.bind(memory) }
    }
    let lastRoot = liveness.roots[liveness.roots.count - 1]
    conversion?.bind(
      KernelMemory(
        input: places.values[liveness.roots[stages.count]], output: places.values[lastRoot],
        inputGradient: places.gradients[liveness.roots[stages.count]],
        outputGradient: places.gradients[lastRoot],
        parameters: [], parameterGradients: [], saved: places.scratch, scratch: places.scratch))
    pixels = PixelConversion(
      to: input, at: places.values[0], normalisation: normalisation, threads: threads)
    outputPlace = places.values[lastRoot]
    outputGradientPlace = places.gradients[lastRoot]
    activationPlaces = stages.indices.map { places.values[liveness.roots[$0 + 1]] }
  }

  /// Where the last output will be.
  private(set) var outputPlace: UnsafeMutableRawPointer?
  /// Where the gradient of the last output is to be put.
  private(set) var outputGradientPlace: UnsafeMutableRawPointer?
  /// Where the output of each stage is; it stays there only if activations are kept.
  private(set) var activationPlaces: [UnsafeMutableRawPointer] = []

  /// Writes the input.
  func read(_ pixels: Pixels) {
    self.pixels?.write(pixels)
  }

  /// Runs all stages forward, after the kernels have seen the newest parameters.
  ///
  /// - Parameters:
  ///   - pass: What is known beyond the memory.
  ///   - parametersVersion: Counts the changes of the parameters.
  ///   - profile: Where the times are added up, if anywhere.
  ///   - stageDone: Called after each stage with its number, while its output is still in its place.
  /// - Throws: What the backend's library refuses, and what `stageDone` throws.
  func forward(
    _ pass: Pass, parametersVersion: Int, profile: Profile?, stageDone: ((_ stage: Int) throws -> Void)?
  ) throws {
    if parametersVersion != self.parametersVersion {
      for index in stages.indices {
        try profile.measure(layer: index, .repacking) { try stages[index].kernel.parametersChanged() }
      }
      self.parametersVersion = parametersVersion
    }
    for index in stages.indices {
      try profile.measure(layer: index, .forward) { try stages[index].kernel.forward(pass) }
      try stageDone?(index)
    }
    if let conversion {
      try profile.measure(.outputConversion) { try conversion.forward(pass) }
    }
  }

  /// Runs all stages backward.
  ///
  /// - Parameters:
  ///   - pass: The same as of the forward pass.
  ///   - profile: Where the times are added up, if anywhere.
  ///   - gradientsReady: Called with the number of a stage as soon as its parameters' gradients are computed.
  /// - Throws: What the backend's library refuses.
  func backward(_ pass: Pass, profile: Profile?, gradientsReady: (_ stage: Int) -> Void) throws {
    if let conversion {
      try profile.measure(.outputConversion) { try conversion.inputGradient(pass) }
    }
    for index in stride(from: stages.count - 1, through: firstLearning, by: -1) {
      let kernel = stages[index].kernel
      try profile.measure(layer: index, .activationGradient) { try kernel.activationGradient(pass) }
      if !kernel.requirements.parameters.isEmpty {
        try profile.measure(layer: index, .parameterGradients) { try kernel.parameterGradients(pass) }
        profile.measure(layer: index, .accumulation) { gradientsReady(index) }
      }
      if index > firstLearning {
        try profile.measure(layer: index, .inputGradient) { try kernel.inputGradient(pass) }
      }
    }
  }
}

/// Adds a stage's name to what goes wrong in it.
private func named<Result>(_ stage: Stage, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as BackendError {
    throw NetworkError("\(stage.name): \(error)")
  }
}

extension Liveness {
  /// All pieces of memory: values, gradients, saved state and scratch.
  fileprivate var pieces: [MemoryPlan.Piece] {
    values + gradients.compactMap(\.self) + saved + [scratch]
  }

  /// Where the pieces lie.
  fileprivate struct Places {
    var values: [UnsafeMutableRawPointer]
    var gradients: [UnsafeMutableRawPointer?]
    var saved: [UnsafeMutableRawPointer]
    var scratch: UnsafeMutableRawPointer
  }

  fileprivate func places(in base: UnsafeMutableRawPointer, _ plan: MemoryPlan) -> Places {
    var addresses = plan.offsets.map { base + $0 }[...]
    let valuePlaces = values.map { _ in addresses.removeFirst() }
    let gradientPlaces = gradients.map { $0.map { _ in addresses.removeFirst() } }
    let savedPlaces = saved.map { _ in addresses.removeFirst() }
    return Places(
      values: valuePlaces, gradients: gradientPlaces, saved: savedPlaces, scratch: addresses.removeFirst())
  }
}
