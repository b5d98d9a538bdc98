import Backends
import Operations
import ReferenceBackend
import Tensors

/// The reference with one deliberate mistake.
struct WrongBackend: Backend {
  enum Mistake: Sendable {
    case none
    case biasDropped
    case inputGradientScaled
    case lastOutputRowNotWritten
    case lastMaximumWinsTies
    case inputChanged
  }

  let mistake: Mistake
  private let reference = Reference(threads: ThreadPool(count: 1))

  init(_ mistake: Mistake) {
    self.mistake = mistake
  }

  var name: String { "wrong" }
  var information: BackendInformation { reference.information }
  var threads: ThreadPool { reference.threads }

  func limitation(of operation: Operation, precision: Precision) -> String? {
    reference.limitation(of: operation, precision: precision)
  }

  func canFuse(_ activation: Activation, into operation: Operation) -> Bool {
    reference.canFuse(activation, into: operation)
  }

  func makeKernel(for request: KernelRequest) throws -> any Kernel {
    WrongKernel(mistake, request, try reference.makeKernel(for: request))
  }

  func copy(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    try reference.copy(source, sourceLayout, to: destination, destinationLayout)
  }

  func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    reference.softmaxCrossEntropy(call)
  }

  func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout) {
    reference.accumulate(gradient, into: sum, layout)
  }

  func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    reference.sumOfSquares(values, layout)
  }

  func update(_ step: GradientDescentStep) {
    reference.update(step)
  }
}

/// A kernel of the reference whose memory is spoilt between its passes.
private final class WrongKernel: Kernel {
  private let mistake: WrongBackend.Mistake
  private let request: KernelRequest
  private let kernel: any Kernel
  private var memory: KernelMemory?

  init(_ mistake: WrongBackend.Mistake, _ request: KernelRequest, _ kernel: any Kernel) {
    self.mistake = mistake
    self.request = request
    self.kernel = kernel
  }

  var requirements: KernelRequirements { kernel.requirements }

  func bind(_ memory: KernelMemory) throws {
    self.memory = memory
    try kernel.bind(memory)
  }

  func activationGradient(_ pass: Pass) throws { try kernel.activationGradient(pass) }

  func parameterGradients(_ pass: Pass) throws { try kernel.parameterGradients(pass) }

  func forward(_ pass: Pass) throws {
    guard let memory, request.precision == .float32 else { return try kernel.forward(pass) }
    let output = memory.output.assumingMemoryBound(to: Float.self)
    let count = requirements.output.shape.elementCount
    switch mistake {
    case .biasDropped:
      try kernel.forward(pass)
      removeBias(from: output, memory)
    case .lastOutputRowNotWritten:
      let width = requirements.output.shape.extents.last ?? 1
      let row = (count - width..<count).map { output[$0] }
      try kernel.forward(pass)
      for (place, element) in zip(count - width..<count, row) { output[place] = element }
    case .lastMaximumWinsTies:
      try kernel.forward(pass)
      moveMaxima(memory)
    case .inputChanged:
      try kernel.forward(pass)
      memory.input.assumingMemoryBound(to: Float.self)[0] += 1
    case .none, .inputGradientScaled:
      try kernel.forward(pass)
    }
  }

  func inputGradient(_ pass: Pass) throws {
    try kernel.inputGradient(pass)
    guard mistake == .inputGradientScaled, request.precision == .float32 else { return }
    let gradient = memory?.inputGradient?.assumingMemoryBound(to: Float.self)
    for place in 0..<request.input.shape.elementCount { gradient?[place] *= 1.001 }
  }

  private func removeBias(from output: UnsafeMutablePointer<Float>, _ memory: KernelMemory) {
    guard case .convolution(let geometry, nil) = request.operation, geometry.hasBias else { return }
    let bias = memory.parameters[1].assumingMemoryBound(to: Float.self)
    for place in 0..<geometry.outputShape.elementCount {
      output[place] -= bias[place / geometry.output.area % geometry.outputChannels]
    }
  }

  private func moveMaxima(_ memory: KernelMemory) {
    guard case .maxPooling(let geometry) = request.operation, request.isTraining else { return }
    let input = memory.input.assumingMemoryBound(to: Float.self)
    let output = memory.output.assumingMemoryBound(to: Float.self)
    let places = memory.saved.assumingMemoryBound(to: Int32.self)
    for element in 0..<geometry.outputShape.elementCount {
      let plane = element / geometry.output.area
      let neighbour = Int(places[element]) + 1
      let column =
        element % geometry.output.width * geometry.window.stride.width - geometry.window.padding.left
      let isInWindow = neighbour % geometry.input.width <= column + geometry.window.kernel.width - 1
      guard geometry.window.dilation == 1, isInWindow, !neighbour.isMultiple(of: geometry.input.width) else {
        continue
      }
      if input[plane * geometry.input.area + neighbour] == output[element] { places[element] += 1 }
    }
  }
}
