import Backends
import Operations
import Tensors

/// One kernel with its memory, used in the same order as by a network, any number of times.
final class KernelRun {
  private let request: KernelRequest
  private let kernel: any Kernel
  private let transfer: PlainReorder
  private let requirements: KernelRequirements
  private let sharesMemory: Bool
  private let input: GuardedBuffer
  private let output: GuardedBuffer
  private let inputGradient: GuardedBuffer
  private let outputGradient: GuardedBuffer
  private let parameters: [GuardedBuffer]
  private let parameterGradients: [GuardedBuffer]
  private let state: [GuardedBuffer]
  private let saved: GuardedBuffer
  private let scratch: GuardedBuffer
  private let packed: GuardedBuffer
  private var defects: [String] = []
  private var hidesNonFinite = false
  private var stateBefore: [[UInt8]] = []

  init(_ request: KernelRequest, kernel: any Kernel, inPlace: Bool, backend: any Backend) throws {
    self.request = request
    self.kernel = kernel
    transfer = PlainReorder(backend: backend, precision: request.precision)
    requirements = kernel.requirements
    sharesMemory =
      switch requirements.placement {
      case .separate: false
      case .mayOverwriteInput: inPlace && !requirements.readsInputInBackward
      case .sharesInput: true
      }
    let (inputByteCount, outputByteCount) = (request.input.byteCount, requirements.output.byteCount)
    let sharedByteCount = sharesMemory ? max(inputByteCount, outputByteCount) : inputByteCount
    input = try GuardedBuffer(byteCount: sharedByteCount)
    output = sharesMemory ? input : try GuardedBuffer(byteCount: outputByteCount)
    inputGradient = try GuardedBuffer(byteCount: sharedByteCount)
    outputGradient = sharesMemory ? inputGradient : try GuardedBuffer(byteCount: outputByteCount)
    parameters = try requirements.parameters.map { try GuardedBuffer(byteCount: $0.byteCount) }
    parameterGradients = try requirements.parameters.map { try GuardedBuffer(byteCount: $0.byteCount) }
    state = try request.operation.state.map { state in
      let type = state.isCount ? ElementType.int64 : request.precision.parameterType
      return try GuardedBuffer(byteCount: state.shape.elementCount * type.byteCount)
    }
    saved = try GuardedBuffer(byteCount: requirements.savedByteCount)
    scratch = try GuardedBuffer(byteCount: requirements.scratchByteCount)
    packed = try GuardedBuffer(byteCount: requirements.packedByteCount)
    try bind()
  }

  private var buffers: [GuardedBuffer] {
    [input, output, inputGradient, outputGradient, saved, scratch, packed] + parameters + parameterGradients
      + state
  }

  private func bind() throws {
    let isTraining = request.isTraining
    try kernel.bind(
      KernelMemory(
        input: input.address, output: output.address,
        inputGradient: request.needsInputGradient ? inputGradient.address : nil,
        outputGradient: isTraining ? outputGradient.address : nil, parameters: parameters.map(\.address),
        parameterGradients: isTraining ? parameterGradients.map(\.address) : [], state: state.map(\.address),
        saved: saved.address, scratch: scratch.address, packed: packed.address))
  }

  /// Runs all passes on the numbers of a case.
  func outcome(of kernelCase: KernelCase) throws -> KernelOutcome {
    try begin(kernelCase)
    var tensors = [try forward(kernelCase.context)]
    noteChangedState(if: !kernelCase.context.isTraining, "a pass without training changed the state")
    let stateAfter = try currentState()
    if request.isTraining {
      try transfer.write(kernelCase.outputGradient, to: outputGradient, requirements.output)
      tensors += try backwardToParameters(kernelCase.context)
    }
    if request.needsInputGradient { tensors.append(try backwardToInput(kernelCase.context)) }
    noteWritesBeyondEnds()
    return KernelOutcome(
      tensors: tensors, state: stateAfter, implementation: requirements.implementation,
      algorithm: requirements.algorithm,
      defects: defects)
  }

  /// Writes the numbers of a case, and notifies the kernel of the parameters.
  func begin(_ kernelCase: KernelCase) throws {
    defects = []
    hidesNonFinite = request.operation.isRectified && !kernelCase.isFinite
    for buffer in buffers {
      buffer.fillWithGarbage()
      buffer.changeGuard()
    }
    try transfer.write(kernelCase.input, to: input, request.input)
    for (index, parameter) in kernelCase.parameters.enumerated() {
      try transfer.write(parameter, to: parameters[index], requirements.parameters[index])
    }
    for (index, values) in kernelCase.state.enumerated() { try write(values, toState: index) }
    try kernel.parametersChanged()
    // All kernels of a network share the scratch memory, so nothing in it survives from one call to the next.
    scratch.fillWithGarbage()
    stateBefore = state.map(\.contents)
  }

  /// The operation's current state.
  func currentState() throws -> [Tensor<Double>] { try state.indices.map(readState) }

  private func noteChangedState(if isForbidden: Bool, _ defect: String) {
    if isForbidden, !zip(state, stateBefore).allSatisfy({ $0.holds($1) }) { defects.append(defect) }
  }

  private func noteWritesBeyondEnds() {
    if !buffers.allSatisfy(\.isIntact) { defects.append("a pass wrote beyond the end of its memory") }
  }

  // MARK: Parts of a batch

  /// The implementation that the kernel reports.
  var implementation: String { requirements.implementation }

  /// Whether the kernel can compute a part of a batch.
  var takesBatchStatistics: Bool { kernel is any BatchStatisticsKernel }

  /// The kernel's sums; those that it does not write are NaN.
  func sum(_ statistic: BatchStatistic) -> [Double] {
    guard let kernel = kernel as? any BatchStatisticsKernel else { return [] }
    scratch.fillWithGarbage()
    // One more element, which must not change.
    var sums = Array(repeating: Double.nan, count: kernel.sumCount) + [Self.mark]
    sums.withUnsafeMutableBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      watch("the sums", over: [("input", [input])]) { kernel.sum(statistic, into: start) }
    }
    if sums.last != Self.mark { defects.append("there are more sums than it declares") }
    scratch.fillWithGarbage()
    return sums.dropLast()
  }

  private static let mark = 0x1p99

  /// Gives the kernel the sums over the batch.
  func take(_ statistic: BatchStatistic, from sums: [Double], images: Int, updatesState: Bool) {
    let kernel = kernel as? any BatchStatisticsKernel
    sums.withUnsafeBufferPointer { sums in
      guard let start = sums.baseAddress else { return }
      kernel?.take(statistic, from: start, images: images, updatesState: updatesState)
    }
    scratch.fillWithGarbage()
  }

  /// The sums for the gradients, and the parameters' gradients that come with them.
  func gradientSums(_ kernelCase: KernelCase) throws -> (sums: [Double], tensors: [ComputedTensor]) {
    try transfer.write(kernelCase.outputGradient, to: outputGradient, requirements.output)
    return (sum(.gradients), try readParameterGradients())
  }

  /// The violations since the case began.
  func end(mayUpdateState: Bool) -> [String] {
    noteChangedState(
      if: !mayUpdateState, "its kernel changed the state, which only the first part's kernel may do")
    noteWritesBeyondEnds()
    return defects
  }

  private func write(_ values: Tensor<Double>, toState index: Int) throws {
    guard !request.operation.state[index].isCount else {
      return state[index].address.storeBytes(of: Int64(values.elements[0]), as: Int64.self)
    }
    try transfer.write(
      values, to: state[index], Layout(plain: values.shape, request.precision.parameterType))
  }

  private func readState(_ index: Int) throws -> Tensor<Double> {
    let specification = request.operation.state[index]
    guard !specification.isCount else {
      return Tensor(shape: specification.shape, elements: [Double(state[index].address.load(as: Int64.self))])
    }
    return try transfer.read(
      state[index], Layout(plain: specification.shape, request.precision.parameterType))
  }

  func forward(_ context: RunContext) throws -> ComputedTensor {
    try watch("the forward pass", over: sharesMemory ? [] : [("input", [input])]) {
      try kernel.forward(context)
    }
    let result = try read(output, requirements.output, .output)
    let inputIsRead = requirements.readsInputInBackward || sharesMemory && requirements.readsOutputInBackward
    if !inputIsRead { input.fillWithGarbage() }
    if !sharesMemory, !requirements.readsOutputInBackward { output.fillWithGarbage() }
    return result
  }

  private func backwardToParameters(_ context: RunContext) throws -> [ComputedTensor] {
    scratch.fillWithGarbage()
    try watch("the activation's gradient", over: [("input", [input]), ("output", [output])]) {
      try kernel.activationGradient(context)
    }
    scratch.fillWithGarbage()
    let watched = [("input", [input]), ("output", [output]), ("output's gradient", [outputGradient])]
    try watch("the parameters' gradients", over: watched) { try kernel.parameterGradients(context) }
    return try readParameterGradients()
  }

  private func readParameterGradients() throws -> [ComputedTensor] {
    try zip(ComputedTensor.Role.ofParameterGradients, parameterGradients.indices).map { role, index in
      try read(parameterGradients[index], requirements.parameters[index], role)
    }
  }

  func backwardToInput(_ context: RunContext) throws -> ComputedTensor {
    scratch.fillWithGarbage()
    let own = sharesMemory ? [] : [("output's gradient", [outputGradient])]
    let others = [("input", [input]), ("output", [output]), ("parameters' gradients", parameterGradients)]
    try watch("the input's gradient", over: own + others) { try kernel.inputGradient(context) }
    return try read(inputGradient, request.input, .inputGradient)
  }

  /// Runs a pass and notes which of some buffers, or of the parameters, it changed.
  private func watch(
    _ pass: String, over buffers: [(name: String, buffers: [GuardedBuffer])], _ run: () throws -> Void
  ) rethrows {
    let watched = buffers + [("parameters", parameters)]
    let before = watched.map { $0.buffers.map(\.contents) }
    try run()
    for ((name, buffers), contents) in zip(watched, before) {
      guard !zip(buffers, contents).allSatisfy({ $0.holds($1) }) else { continue }
      defects.append("\(pass) changed the \(name)")
    }
  }

  private func read(
    _ buffer: GuardedBuffer, _ layout: Layout, _ role: ComputedTensor.Role
  ) throws -> ComputedTensor {
    let tensor = try transfer.read(buffer, layout)
    // A non-finite number times the zero weight of a padding channel is NaN. A fused ReLU keeps this NaN, while it
    // turns a −∞ of the tensor's real channels into 0.
    let isFinite = tensor.elements.allSatisfy(\.isFinite)
    if isFinite, !hidesNonFinite, !transfer.paddingIsZero(buffer, layout, tensor) {
      defects.append("the padding elements of the \(role.rawValue) (\(layout)) are not zero")
    }
    return ComputedTensor(role: role, values: tensor, elementType: layout.elementType)
  }
}

extension TensorOperation {
  /// Whether a ReLU is fused into it.
  fileprivate var isRectified: Bool {
    if case .convolution(_, activation: .relu?) = self { true } else { false }
  }
}

extension KernelCase {
  /// Whether all its operands are finite.
  fileprivate var isFinite: Bool {
    ([input, outputGradient] + parameters).allSatisfy { $0.elements.allSatisfy(\.isFinite) }
  }
}

extension ComputedTensor.Role {
  /// The gradients of the parameters in the order of an operation's parameters.
  static let ofParameterGradients: [Self] = [.weightGradient, .biasGradient]
}
