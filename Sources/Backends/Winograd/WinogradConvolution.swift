import CKernels
import Operations
import Tensors

/// A convolution of stride 1 by Winograd's algorithm, in float32 whatever type the activations are stored in.
///
/// All three passes are sums of products at the points of ``WinogradTransform``, over tiles of 4×4 outputs:
///
///     Y  = Aᵀ[Σ U ⊙ V]A      U = G g Gᵀ, V = Bᵀ d B
///     dX = the same of dY, with the kernel rotated by 180°
///     dg = Gᵀ[Σ V ⊙ D]G      D = A dy Aᵀ
///
/// U is kept as long as the weights do not change. A group of tiles is transformed, multiplied and transformed back
/// before the next, so that intermediate results stay in a core's cache.
final class WinogradConvolution: Kernel {
  let requirements: KernelRequirements
  private let hasReLU: Bool
  private let rectifier: Rectifier
  private let forwardPass: WinogradPass
  private let inputGradientPass: WinogradPass?
  private var memory: KernelMemory?
  private var repacking: [ParallelLoop] = []
  private var passes: LayerPasses?

  /// Creates the kernel.
  ///
  /// - Parameters:
  ///   - geometry: The convolution.
  ///   - activation: The activation of its output.
  ///   - request: The request.
  ///   - output: The layout of the output.
  /// - Throws: ``BackendError`` if there is no Winograd algorithm for the convolution, or a tensor is stored in an order
  ///   that only its backend can read.
  init(
    _ geometry: ConvolutionGeometry, activation: Activation?, request: KernelRequest, output: Layout
  ) throws {
    if let limitation = ConvolutionAlgorithm.winograd.limitation(of: geometry) {
      throw BackendError.unsupportedOperation(reason: limitation)
    }
    guard request.precision != .float64 else {
      throw BackendError.unsupportedOperation(reason: "winograd computes in float32, not in float64")
    }
    if let weight = request.weightLayout, !weight.isPlain {
      throw BackendError.unsupportedLayout(reason: "winograd needs a plain weight, got \(weight)")
    }
    hasReLU = activation == .relu
    rectifier = Rectifier(output, threads: request.threads)
    let (padding, kernel) = (geometry.window.padding, geometry.window.kernel)
    forwardPass = try WinogradPass(
      kernel: kernel, from: request.input, to: output, origin: (-padding.top, -padding.left), request)
    inputGradientPass =
      request.needsInputGradient
      ? try WinogradPass(
        kernel: kernel, from: output, to: request.input,
        origin: (padding.top - kernel.height + 1, padding.left - kernel.width + 1), request) : nil

    var scratch = [forwardPass, inputGradientPass].compactMap {
      $0.map { request.threads.count * $0.scratchCount }
    }
    if request.isTraining { scratch.append(forwardPass.gradientScratchCount) }
    let packed = forwardPass.weightCount + (inputGradientPass?.weightCount ?? 0)
    requirements = KernelRequirements(
      output: output, parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
      readsInputInBackward: request.isTraining, readsOutputInBackward: request.isTraining && hasReLU,
      scratchByteCount: (scratch.max() ?? 0) * MemoryLayout<Float>.stride,
      packedByteCount: packed * MemoryLayout<Float>.stride, algorithm: .winograd,
      implementation: forwardPass.implementation)
  }

  func bind(_ memory: KernelMemory) throws {
    let layer = try LayerMemory(memory)
    self.memory = memory
    let packed = memory.packed.assumingMemoryBound(to: Float.self)
    let packedForGradient = packed + forwardPass.weightCount
    repacking = [forwardPass.transformation(of: layer.weight, into: packed, isRotated: false)]
    let forward = forwardPass.convolution(
      memory.input, by: packed, bias: layer.bias, hasReLU: hasReLU, into: memory.output,
      scratch: layer.scratch)
    var (parameterGradients, inputGradient): ([ParallelLoop]?, [ParallelLoop]?)
    if let outputGradient = memory.outputGradient {
      if let weightGradient = layer.weightGradient {
        parameterGradients = forwardPass.weightGradient(
          memory.input, outputGradient, weight: weightGradient, bias: layer.biasGradient,
          scratch: layer.scratch)
      }
      if let inputGradientPass, let gradient = memory.inputGradient {
        repacking.append(
          inputGradientPass.transformation(of: layer.weight, into: packedForGradient, isRotated: true))
        inputGradient = [
          inputGradientPass.convolution(
            outputGradient, by: packedForGradient, bias: nil, hasReLU: false, into: gradient,
            scratch: layer.scratch)
        ]
      }
    }
    passes = LayerPasses(
      forward: [forward], parameterGradients: parameterGradients, inputGradient: inputGradient)
  }

  func parametersChanged() throws {
    try LayerPasses.run(repacking)
  }

  func forward(_ context: RunContext) throws {
    try LayerPasses.run(passes?.forward)
  }

  func activationGradient(_ context: RunContext) throws {
    guard hasReLU else { return }
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
