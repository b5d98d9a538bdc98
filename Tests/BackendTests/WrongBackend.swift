import Backends
import Operations
import ReferenceBackend
import Tensors

/// The reference with a deliberate mistake, in float32 only; without one it is the reference.
struct WrongBackend: Backend {
  /// Changes the request.
  var request: @Sendable (KernelRequest) throws -> KernelRequest = { $0 }
  /// Makes a kernel of its own; nil for the reference's.
  var kernel: @Sendable (KernelRequest) throws -> (any Kernel)? = { _ in nil }
  /// Changes the kernels' requirements.
  var requirements: @Sendable (KernelRequirements) -> KernelRequirements = { $0 }
  /// Runs a pass of the reference's kernel, and spoils its data.
  var spoil: @Sendable (KernelCall) throws -> Void = { try $0.proceed() }
  /// Called for a kernel whose parameters have changed.
  var parametersChanged: @Sendable (KernelRequest, KernelMemory) -> Void = { _, _ in }
  /// Changes the arguments of an update.
  var step: @Sendable (GradientDescentStep) -> GradientDescentStep = { $0 }
  /// Makes a step of AdamW; the reference's is passed.
  var adamW: @Sendable (AdamWStep, Reference) -> Void = { $1.update($0) }
  /// Computes the loss; the reference's is passed.
  var loss: @Sendable (SoftmaxCrossEntropyCall, Reference) -> ClassificationScore = {
    $1.softmaxCrossEntropy($0)
  }
  /// Adds a gradient to a sum; the reference's is passed.
  var sum: @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, Layout, Reference) -> Void = {
    $3.accumulate($0, into: $1, $2)
  }
  /// Changes the layout that reorders, sums and updates see.
  var layout: @Sendable (Layout) -> Layout = { $0 }

  /// Changes the destination of a reorder.
  var copied: @Sendable (UnsafeMutableRawPointer, Layout) -> Void = { _, _ in }
  /// Changes a prepared reorder.
  var prepared: @Sendable (any Reorder) -> any Reorder = { $0 }

  /// The algorithms for convolutions that the table lists; nil for the reference's.
  var convolutions:
    KeyValuePairs<ConvolutionAlgorithm, OperationTable.KernelRow<ConvolutionGeometry, Activation?>>?

  private var reference: Reference

  init(threads: ThreadPool = ThreadPool(count: 2)) {
    reference = Reference(threads: threads)
  }

  var name: String { "wrong" }
  var information: BackendInformation { reference.information }
  var threads: ThreadPool { reference.threads }
  var table: OperationTable {
    var table = reference.table
    if let convolutions { table.convolution = convolutions }
    return table
  }

  func limitation(of operation: TensorOperation, precision: Precision) -> String? {
    reference.limitation(of: operation, precision: precision)
  }

  func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
    reference.canFuse(activation, into: operation)
  }

  func makeKernel(for request: KernelRequest) throws -> any Kernel {
    guard request.precision == .float32 else { return try reference.makeKernel(for: request) }
    let changed = try self.request(request)
    if let kernel = try kernel(changed) { return kernel }
    let right = try table.makeKernel(for: changed)
    return WrongKernel(changed, right, requirements(right.requirements), threads, spoil, parametersChanged)
  }

  func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    try reference.reorder(source, layout(sourceLayout), to: destination, layout(destinationLayout))
    copied(destination, destinationLayout)
  }

  func makeReorder(from source: Layout, to destination: Layout) -> any Reorder {
    prepared(WrongReorder(backend: self, source: source, destination: destination))
  }

  func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    loss(call, reference)
  }

  func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout) {
    self.sum(gradient, sum, self.layout(layout), reference)
  }

  func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    reference.sumOfSquares(values, self.layout(layout))
  }

  func update(_ step: GradientDescentStep) {
    reference.update(self.step(step))
  }

  func update(_ step: AdamWStep) {
    adamW(step, reference)
  }
}

/// A prepared reorder that works like the unprepared ones.
private final class WrongReorder: Reorder {
  private let backend: WrongBackend
  private let source, destination: Layout

  init(backend: WrongBackend, source: Layout, destination: Layout) {
    self.backend = backend
    self.source = source
    self.destination = destination
  }

  func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws {
    try backend.reorder(source, self.source, to: destination, self.destination)
  }
}

/// A kernel of the reference, each pass of which goes through a function that may spoil it.
private final class WrongKernel: Kernel {
  let requirements: KernelRequirements
  private let request: KernelRequest
  private let kernel: any Kernel
  private let threads: ThreadPool
  private let spoil: (KernelCall) throws -> Void
  private let changed: (KernelRequest, KernelMemory) -> Void
  private var memory: KernelMemory?

  init(
    _ request: KernelRequest, _ kernel: any Kernel, _ requirements: KernelRequirements, _ threads: ThreadPool,
    _ spoil: @escaping (KernelCall) throws -> Void,
    _ changed: @escaping (KernelRequest, KernelMemory) -> Void
  ) {
    self.request = request
    self.kernel = kernel
    self.requirements = requirements
    self.threads = threads
    self.spoil = spoil
    self.changed = changed
  }

  func bind(_ memory: KernelMemory) throws {
    self.memory = memory
    try kernel.bind(memory)
  }

  func parametersChanged() throws {
    try kernel.parametersChanged()
    if let memory { changed(request, memory) }
  }
  func forward(_ context: RunContext) throws { try run(.forward, context, kernel.forward) }
  func activationGradient(_ context: RunContext) throws {
    try run(.activationGradient, context, kernel.activationGradient)
  }
  func parameterGradients(_ context: RunContext) throws {
    try run(.parameterGradients, context, kernel.parameterGradients)
  }
  func inputGradient(_ context: RunContext) throws { try run(.inputGradient, context, kernel.inputGradient) }

  private func run(
    _ stage: KernelCall.Stage, _ context: RunContext, _ original: @escaping (RunContext) throws -> Void
  )
    throws
  {
    guard let memory else { return }
    try self.spoil(
      KernelCall(
        stage: stage, context: context, request: request, memory: memory, threads: threads, original: original
      ))
  }
}
