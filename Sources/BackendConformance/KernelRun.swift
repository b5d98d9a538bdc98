import Backends
import Operations
import Tensors

/// One kernel with its memory, in the order in which a network would use them.
final class KernelRun {
  private let kernelCase: KernelCase
  private let kernel: any Kernel
  private let transfer: PlainTransfer
  private let inputLayout: Layout
  private let requirements: KernelRequirements
  private let sharesMemory: Bool
  private let input: GuardedBuffer
  private let output: GuardedBuffer
  private let inputGradient: GuardedBuffer
  private let outputGradient: GuardedBuffer
  private let parameters: [GuardedBuffer]
  private let parameterGradients: [GuardedBuffer]
  private let saved: GuardedBuffer
  private let scratch: GuardedBuffer
  private var defects: [String] = []

  init(_ kernelCase: KernelCase, kernel: any Kernel, input layout: Layout, backend: any Backend) throws {
    self.kernelCase = kernelCase
    self.kernel = kernel
    transfer = PlainTransfer(backend: backend, precision: kernelCase.precision)
    inputLayout = layout
    requirements = kernel.requirements
    sharesMemory =
      switch requirements.placement {
      case .separate: false
      case .mayOverwriteInput: kernelCase.inPlace && !requirements.readsInputInBackward
      case .sharesInput: true
      }
    let outputByteCount = requirements.output.byteCount
    let sharedByteCount = sharesMemory ? max(layout.byteCount, outputByteCount) : layout.byteCount
    input = try GuardedBuffer(byteCount: sharedByteCount)
    output = sharesMemory ? input : try GuardedBuffer(byteCount: outputByteCount)
    inputGradient = try GuardedBuffer(byteCount: sharedByteCount)
    outputGradient = sharesMemory ? inputGradient : try GuardedBuffer(byteCount: outputByteCount)
    parameters = try requirements.parameters.map { try GuardedBuffer(byteCount: $0.byteCount) }
    parameterGradients = try requirements.parameters.map { try GuardedBuffer(byteCount: $0.byteCount) }
    saved = try GuardedBuffer(byteCount: requirements.savedByteCount)
    scratch = try GuardedBuffer(byteCount: requirements.scratchByteCount)
  }

  func outcome() throws -> KernelOutcome {
    try prepare()
    let output = try forward()
    var outcome = KernelOutcome(
      output: output, parameterGradients: [], implementation: requirements.implementation, defects: [])
    if let gradient = kernelCase.outputGradient {
      try transfer.write(gradient, to: outputGradient, requirements.output)
      outcome.parameterGradients = try backwardToParameters()
      outcome.inputGradient = try backwardToInput()
    }
    checkGuardZones()
    outcome.defects = defects
    return outcome
  }

  private func prepare() throws {
    let isTraining = kernelCase.outputGradient != nil
    try transfer.write(kernelCase.input, to: input, inputLayout)
    for (index, parameter) in kernelCase.parameters.enumerated() {
      try transfer.write(parameter, to: parameters[index], requirements.parameters[index])
    }
    try kernel.bind(
      KernelMemory(
        input: input.address, output: output.address,
        inputGradient: isTraining ? inputGradient.address : nil,
        outputGradient: isTraining ? outputGradient.address : nil, parameters: parameters.map(\.address),
        parameterGradients: isTraining ? parameterGradients.map(\.address) : [], saved: saved.address,
        scratch: scratch.address))
    try kernel.parametersChanged()
  }

  private func forward() throws -> Tensor<Double> {
    let parametersBefore = parameters.map(\.contents)
    let inputBefore = input.contents
    try kernel.forward(kernelCase.pass)
    let result = try transfer.read(output, requirements.output)
    check(output, requirements.output, result, "output")
    if !sharesMemory, !input.holds(inputBefore) { defects.append("the forward pass changed its input") }
    if !zip(parameters, parametersBefore).allSatisfy({ $0.holds($1) }) {
      defects.append("the forward pass changed its parameters")
    }
    let inputIsRead = requirements.readsInputInBackward || sharesMemory && requirements.readsOutputInBackward
    if !inputIsRead { input.fillWithGarbage() }
    if !sharesMemory, !requirements.readsOutputInBackward { output.fillWithGarbage() }
    return result
  }

  private func backwardToParameters() throws -> [Tensor<Double>] {
    scratch.fillWithGarbage()
    try kernel.activationGradient(kernelCase.pass)
    scratch.fillWithGarbage()
    let gradientBefore = outputGradient.contents
    try kernel.parameterGradients(kernelCase.pass)
    if !outputGradient.holds(gradientBefore) {
      defects.append("the parameters' gradients changed the output's")
    }
    return try zip(parameterGradients, requirements.parameters).map { buffer, layout in
      let result = try transfer.read(buffer, layout)
      check(buffer, layout, result, "parameter gradient")
      return result
    }
  }

  private func backwardToInput() throws -> Tensor<Double> {
    scratch.fillWithGarbage()
    let gradientBefore = outputGradient.contents
    try kernel.inputGradient(kernelCase.pass)
    if !sharesMemory, !outputGradient.holds(gradientBefore) {
      defects.append("the input's gradient changed the output's")
    }
    let result = try transfer.read(inputGradient, inputLayout)
    check(inputGradient, inputLayout, result, "input gradient")
    return result
  }

  private func check(_ buffer: GuardedBuffer, _ layout: Layout, _ tensor: Tensor<Double>, _ name: String) {
    guard !transfer.paddingIsZero(buffer, layout, tensor) else { return }
    defects.append("the padding elements of the \(name) (\(layout)) are not zero")
  }

  private func checkGuardZones() {
    let buffers = [input, output, inputGradient, outputGradient, saved, scratch]
    guard !(buffers + parameters + parameterGradients).allSatisfy(\.isIntact) else { return }
    defects.append("a pass wrote beyond the end of its memory")
  }
}
