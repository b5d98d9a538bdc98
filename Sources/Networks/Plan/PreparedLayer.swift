import Backends
import Layers
import Operations
import Tensors

/// A layer of a network, prepared for a number of images: its operation, its kernel, and where its tensors are stored.
package final class PreparedLayer {
  /// The layer, with those that are computed within it.
  package let layer: ResolvedLayer
  /// Whether the gradient of its input is computed.
  package let computesInputGradient: Bool
  /// Whether the gradients of its parameters are computed.
  package let computesParameterGradients: Bool
  let kernel: any Kernel
  /// The kernel, if it takes sums over the batch in training.
  let statisticsKernel: (any BatchStatisticsKernel)?
  /// The parameters of its owners, in the operations' order.
  let parameters: [Parameter]
  /// The state of its owners.
  let states: [LayerState]
  /// The kernel's parameters if they are computed from those of its owners.
  let foldedParameters: FoldedParameters?
  /// The offsets of its tensors in the arena.
  let storage: LayerStorage
  /// The address of the input, once there is memory.
  private(set) var inputAddress: UnsafeMutableRawPointer?
  /// The address of the output's gradient, once there is memory; nil if there is none.
  private(set) var outputGradientAddress: UnsafeMutableRawPointer?
  /// Its index among the layers that the network runs.
  let position: Int
  /// The layer of the model whose output is complete once this one has run; nil if there is none.
  let outputName: String?
  /// The memory for the gradients of its parameters, once there is memory; nil without training.
  private(set) var gradientAddress: UnsafeMutableRawPointer?
  /// The address of the output, once there is memory.
  private(set) var outputAddress: UnsafeMutableRawPointer?

  init(
    _ layer: ResolvedLayer, kernel: any Kernel, parameters: [Parameter], states: [LayerState],
    foldedParameters: FoldedParameters?, storage: LayerStorage, position: Int,
    outputName: String?, computesInputGradient: Bool, computesParameterGradients: Bool
  ) {
    self.layer = layer
    self.kernel = kernel
    statisticsKernel = kernel as? any BatchStatisticsKernel
    self.parameters = parameters
    self.states = states
    self.foldedParameters = foldedParameters
    self.storage = storage
    self.position = position
    self.outputName = outputName
    self.computesInputGradient = computesInputGradient
    self.computesParameterGradients = computesParameterGradients
  }

  /// The layer's dotted name.
  package var name: String { layer.name }

  /// The operation, for the images of a part.
  package var operation: TensorOperation { layer.operation }

  /// The kernel's requirements: layouts, bytes, and the implementation of each pass.
  package var requirements: KernelRequirements { kernel.requirements }

  /// Binds the kernel to its memory.
  ///
  /// - Parameters:
  ///   - arena: The memory that the offsets of ``storage`` refer to.
  ///   - store: The memory of the parameters.
  ///   - gradients: The memory for the gradients of a part, one layer at a time.
  ///   - packed: The memory for the parameters in another form.
  /// - Throws: ``NetworkError`` with the layer's name if the backend fails.
  func bind(
    arena: UnsafeMutableRawPointer, _ store: ParameterStore, gradients: UnsafeMutableRawPointer?,
    packed: UnsafeMutableRawPointer
  ) throws {
    let output = arena + storage.output
    let runsBackward = computesInputGradient || computesParameterGradients
    let memory = KernelMemory(
      input: arena + storage.input, output: output,
      inputGradient: computesInputGradient ? storage.inputGradient.map { arena + $0 } : nil,
      outputGradient: runsBackward ? storage.outputGradient.map { arena + $0 } : nil,
      parameters: foldedParameters?.addresses ?? parameters.map(store.value),
      parameterGradients: computesParameterGradients ? gradientAddresses(gradients) : [],
      state: layer.operation.state.isEmpty ? [] : states.map(store.value), saved: arena + storage.saved,
      scratch: arena + storage.scratch, packed: packed)
    try layer.named { try kernel.bind(memory) }
    outputAddress = output
    inputAddress = memory.input
    gradientAddress = gradients
    outputGradientAddress = memory.outputGradient
  }

  private func gradientAddresses(_ base: UnsafeMutableRawPointer?) -> [UnsafeMutableRawPointer] {
    parameters.compactMap { parameter in base.map { $0 + parameter.layerOffset } }
  }

  /// The size in bytes of the gradients of its parameters.
  var gradientByteCount: Int { parameters.last.map { $0.end - $0.offset + $0.layerOffset } ?? 0 }

  /// Notifies the kernel of new parameters; other kernels share its copies of them.
  func parametersChanged(_ store: ParameterStore, on backend: any Backend) throws {
    try foldedParameters?.update({ owner, name in try self.values(owner, name, store, backend) }, on: backend)
    try kernel.parametersChanged()
  }

  private func values(
    _ owner: Int, _ name: String, _ store: ParameterStore, _ backend: any Backend
  ) throws -> Tensor<Double>? {
    let name = "\(layer.owners[owner].name).\(name)"
    if let parameter = parameters.first(where: { $0.name == name }) {
      return try backend.plain(store.value(parameter), parameter.layout)
    }
    guard let state = states.first(where: { $0.name == name }) else { return nil }
    return try backend.plain(store.value(state), state.layout)
  }
}

extension ResolvedLayer {
  /// Adds the layer's name to the backend's errors.
  func named<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as BackendError {
      throw NetworkError.backend(layer: name, error)
    }
  }
}
