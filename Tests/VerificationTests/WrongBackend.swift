import Backends
import Operations

/// Another backend with a deliberate mistake; without one it is that backend.
struct WrongBackend: Backend {
  /// The memory that a pass of a kernel uses, before and after it runs.
  struct Call {
    enum Work: Sendable {
      case forward, activationGradient, parameterGradients, inputGradient
    }

    let work: Work
    let request: KernelRequest
    let memory: KernelMemory
    let proceed: () throws -> Void
  }

  /// Runs a pass, and spoils what it works on.
  var spoil: @Sendable (Call) throws -> Void = { try $0.proceed() }
  /// Whether a layer's kernel computes with its first weights for ever.
  var staysStale: @Sendable (TensorOperation) -> Bool = { _ in false }
  /// Whether a layer's kernel computes with the weights before the last update.
  var lags: @Sendable (TensorOperation) -> Bool = { _ in false }
  /// Changes the arguments of an update.
  var step: @Sendable (GradientDescentStep) -> GradientDescentStep = { $0 }

  /// Changes the arguments of an update by AdamW.
  var adamWStep: @Sendable (inout AdamWStep) -> Void = { _ in }

  private let right: any Backend

  init(_ right: any Backend) {
    self.right = right
  }

  var name: String { "wrong" }
  var information: BackendInformation { right.information }
  var threads: ThreadPool { right.threads }
  var table: OperationTable { right.table }

  func limitation(of operation: TensorOperation, precision: Precision) -> String? {
    right.limitation(of: operation, precision: precision)
  }

  func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
    right.canFuse(activation, into: operation)
  }

  func makeKernel(for request: KernelRequest) throws -> any Kernel {
    let kernel = try right.makeKernel(for: request)
    let isStale = staysStale(request.operation)
    let isAged = isStale || lags(request.operation)
    return WrongKernel(request, isAged ? AgedKernel(kernel, isRenewed: !isStale) : kernel, spoil)
  }

  func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    try right.reorder(source, sourceLayout, to: destination, destinationLayout)
  }

  func makeReorder(from source: Layout, to destination: Layout) throws -> any Reorder {
    try right.makeReorder(from: source, to: destination)
  }

  func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    right.softmaxCrossEntropy(call)
  }

  func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout) {
    right.accumulate(gradient, into: sum, layout)
  }

  func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    right.sumOfSquares(values, layout)
  }

  func update(_ step: GradientDescentStep) {
    right.update(self.step(step))
  }

  func update(_ step: AdamWStep) {
    var step = step
    adamWStep(&step)
    right.update(step)
  }
}

/// A kernel each pass of which goes through a function that may spoil it.
private final class WrongKernel: Kernel {
  private let request: KernelRequest
  private let kernel: any Kernel
  private let spoil: (WrongBackend.Call) throws -> Void
  private var memory: KernelMemory?

  init(
    _ request: KernelRequest, _ kernel: any Kernel, _ spoil: @escaping (WrongBackend.Call) throws -> Void
  ) {
    self.request = request
    self.kernel = kernel
    self.spoil = spoil
  }

  var requirements: KernelRequirements { kernel.requirements }

  func bind(_ memory: KernelMemory) throws {
    self.memory = memory
    try kernel.bind(memory)
  }

  func parametersChanged() throws { try kernel.parametersChanged() }
  func forward(_ context: RunContext) throws { try run(.forward, context, kernel.forward) }
  func activationGradient(_ context: RunContext) throws {
    try run(.activationGradient, context, kernel.activationGradient)
  }
  func parameterGradients(_ context: RunContext) throws {
    try run(.parameterGradients, context, kernel.parameterGradients)
  }
  func inputGradient(_ context: RunContext) throws { try run(.inputGradient, context, kernel.inputGradient) }

  private func run(
    _ work: WrongBackend.Call.Work, _ context: RunContext, _ original: (RunContext) throws -> Void
  ) throws {
    guard let memory else { return }
    try withoutActuallyEscaping(original) { original in
      try self.spoil(
        WrongBackend.Call(work: work, request: request, memory: memory) { try original(context) })
    }
  }
}

/// A kernel that works on a copy of its parameters: of the first that it has seen, or of those before the last change.
private final class AgedKernel: Kernel {
  private let kernel: any Kernel
  private let isRenewed: Bool
  private var current: [UnsafeMutableRawPointer] = []
  private var copies: [UnsafeMutableRawPointer] = []
  private var seen: [[UInt8]]?

  init(_ kernel: any Kernel, isRenewed: Bool) {
    self.kernel = kernel
    self.isRenewed = isRenewed
  }

  deinit { copies.forEach { $0.deallocate() } }

  var requirements: KernelRequirements { kernel.requirements }

  func bind(_ memory: KernelMemory) throws {
    current = memory.parameters
    copies = requirements.parameters.map {
      UnsafeMutableRawPointer.allocate(byteCount: $0.byteCount, alignment: 64)
    }
    var aged = memory
    aged.parameters = copies
    try kernel.bind(aged)
  }

  func parametersChanged() throws {
    let bytes = zip(current, requirements.parameters).map { place, layout in
      Array(UnsafeRawBufferPointer(start: place, count: layout.byteCount))
    }
    for (copy, old) in zip(copies, seen ?? bytes) { copy.copyMemory(from: old, byteCount: old.count) }
    if isRenewed || seen == nil { seen = bytes }
    try kernel.parametersChanged()
  }

  func forward(_ context: RunContext) throws { try kernel.forward(context) }
  func activationGradient(_ context: RunContext) throws { try kernel.activationGradient(context) }
  func parameterGradients(_ context: RunContext) throws { try kernel.parameterGradients(context) }
  func inputGradient(_ context: RunContext) throws { try kernel.inputGradient(context) }
}
