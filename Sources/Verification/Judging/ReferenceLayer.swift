import Backends
import Layers
import Operations
import ReferenceBackend
import Tensors

/// One layer on the reference, in float64, in float32, or in float32 with bfloat16 storage.
///
/// For bfloat16, everything that backends store in it is rounded: weights, outputs and the gradients of activations.
struct ReferenceLayer {
  /// The gradients of a backward pass.
  struct Gradients {
    /// The input gradient; nil for the first layer that learns, which does not need it.
    let input: Tensor<Double>?
    let parameters: [Tensor<Double>]
  }

  /// The precision it computes in.
  let precision: Precision
  private let layer: ResolvedLayer
  private let index: Int
  private let context: RunContext
  private let parameters: [Tensor<Double>]
  private let state: [(specification: StateSpecification, values: Tensor<Double>)]
  private let backend: Reference

  /// - Parameters:
  ///   - index: The layer's index in the experiment.
  ///   - experiment: The experiment, with the layer, its parameters, and the seed of dropout.
  ///   - precision: The precision to compute in.
  ///   - threads: The threads to compute with.
  /// - Throws: ``VerificationError`` if a parameter's values are missing.
  init(_ index: Int, of experiment: Experiment, precision: Precision, threads: ThreadPool) throws {
    layer = experiment.layers[index]
    self.index = index
    self.precision = precision
    context = experiment.context
    let layer = layer
    parameters = try layer.operation.parameters.map { try experiment.parameter(layer.parameterName($0)) }
    state = try layer.operation.state.map {
      ($0, try experiment.values(ofState: $0.name(ofLayer: layer.name)))
    }
    backend = Reference(threads: threads)
  }

  /// Whether its output depends only on its input, not on the run context.
  var isIndependentOfPass: Bool {
    switch layer.operation {
    case .dropout, .batchNormalization: false
    default: true
    }
  }

  /// The output for an input.
  func forward(_ input: Tensor<Double>) throws -> Tensor<Double> {
    let run = try bound(input: input, outputGradient: nil, needsInputGradient: false)
    try run.kernel.forward(context)
    return try run.read(run.memory.output, layer.operation.outputShape).rounded(to: stored)
  }

  /// The layer's state after a forward pass over an input, in the operation's order.
  func state(after input: Tensor<Double>) throws -> [Tensor<Double>] {
    guard !state.isEmpty else { return [] }
    let run = try bound(input: input, outputGradient: nil, needsInputGradient: false)
    try run.kernel.forward(context)
    return try zip(run.memory.state, state).map { try run.read($0, $1.specification) }
  }

  /// The gradients for an input and the gradient of the output.
  func backward(_ input: Tensor<Double>, outputGradient: Tensor<Double>, isFirst: Bool) throws -> Gradients {
    let run = try bound(input: input, outputGradient: outputGradient, needsInputGradient: !isFirst)
    // The backward pass of a layer without parameters reads its output, its winners or nothing; that of batch
    // normalization reads its statistics.
    if parameters.isEmpty || layer.operation.mixesImages { try run.kernel.forward(context) }
    try run.kernel.parameterGradients(context)
    if !isFirst { try run.kernel.inputGradient(context) }
    return Gradients(
      input: try run.memory.inputGradient.map { try run.read($0, input.shape).rounded(to: stored) },
      parameters: try zip(run.memory.parameterGradients, parameters).map { try run.read($0, $1.shape) })
  }

  /// The precision to round to; reading and writing float32 rounds implicitly.
  private var stored: Precision { precision == .bfloat16 ? .bfloat16 : .float64 }

  private func bound(
    input: Tensor<Double>, outputGradient: Tensor<Double>?, needsInputGradient: Bool
  ) throws -> BoundKernel {
    let computed: Precision = precision == .float64 ? .float64 : .float32
    let kernel = try backend.makeKernel(
      for: KernelRequest(
        operation: layer.operation, input: Layout(plain: input.shape, computed.activationType),
        precision: computed, isTraining: true, needsInputGradient: needsInputGradient, layerIndex: index,
        threads: backend.threads))
    return try BoundKernel(
      kernel, backend, elementType: computed.activationType, input: input.rounded(to: stored),
      // Biases are added in float32 everywhere.
      parameters: parameters.map { $0.shape.rank == 1 ? $0 : $0.rounded(to: stored) }, state: state,
      outputGradient: outputGradient?.rounded(to: stored), needsInputGradient: needsInputGradient)
  }
}
