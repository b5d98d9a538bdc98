import Operations
import Tensors

/// A convolution as im2col and matrix products, in panels of bounded size.
///
/// The scratch memory is one panel per thread, of at most ``PanelTiling/byteBound`` bytes; a 1×1 convolution with
/// stride 1 and no padding multiplies the input itself and needs no scratch. The activation is applied while the tile
/// of the output is still in cache.
final class Im2colConvolution: Kernel {
  let requirements: KernelRequirements
  private let forwardPass: ConvolutionForward
  private let inputGradientPass: ConvolutionInputGradient
  private let weightGradientPass: ConvolutionWeightGradient
  private let activation: Activation?
  private let rectifier: Rectifier
  private var memory: LayerMemory?
  private var passes: LayerPasses?

  init(
    _ geometry: ConvolutionGeometry, activation: Activation?, request: KernelRequest,
    multiplier: any MatrixMultiplier
  ) {
    let threads = request.threads
    let matrices = ConvolutionMatrices(geometry)
    self.activation = activation
    rectifier = Rectifier(Layout(plain: geometry.outputShape, .float32), threads: threads)
    forwardPass = ConvolutionForward(
      matrices, activation: activation, multiplier: multiplier, threads: threads, isWide: request.isWide)
    inputGradientPass = ConvolutionInputGradient(matrices, multiplier: multiplier, threads: threads)
    weightGradientPass = ConvolutionWeightGradient(matrices, multiplier: multiplier, threads: threads)

    var panels = [forwardPass.panelCount]
    if request.isTraining { panels.append(weightGradientPass.panelCount) }
    if request.needsInputGradient { panels.append(inputGradientPass.panelCount) }
    let panelByteCount = (panels.max() ?? 0) * MemoryLayout<Float>.stride
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, .float32),
      parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
      readsInputInBackward: request.isTraining,
      readsOutputInBackward: request.isTraining && activation != nil,
      scratchByteCount: threads.count * panelByteCount,
      algorithm: .im2col, implementation: forwardPass.implementation)
  }

  func bind(_ memory: KernelMemory) throws {
    let memory = try LayerMemory(memory)
    self.memory = memory
    passes = LayerPasses(
      forward: [forwardPass.loop(memory)],
      parameterGradients: weightGradientPass.loops(memory),
      inputGradient: inputGradientPass.loop(memory).map { [$0] })
  }

  func forward(_ context: RunContext) throws {
    try LayerPasses.run(passes?.forward)
  }

  func activationGradient(_ context: RunContext) throws {
    guard activation != nil else { return }
    guard let memory, let outputGradient = memory.outputGradient else { throw BackendError.unboundKernel }
    rectifier.maskGradient(outputGradient, byOutput: memory.output, into: outputGradient)
  }

  func parameterGradients(_ context: RunContext) throws {
    try LayerPasses.run(passes?.parameterGradients)
  }

  func inputGradient(_ context: RunContext) throws {
    try LayerPasses.run(passes?.inputGradient)
  }
}
