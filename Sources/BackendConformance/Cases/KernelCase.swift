import Backends
import Operations
import Tensors

/// One operation with all its operands, in plain numbers.
package struct KernelCase: Sendable {
  /// The layout in which the input arrives.
  package enum Arrival: String, Sendable, CaseIterable {
    /// Plain, as in the first layer.
    case plain
    /// The layout of a 1×1 convolution's output on the same backend; plain if the input is not a batch of images.
    case fromConvolution
  }

  /// The purpose of the kernel.
  package enum Use: String, Sendable, CaseIterable {
    /// All passes.
    case training
    /// All passes except the input gradient, as in the first layer of a network.
    case trainingAsFirstLayer
    /// The forward pass alone.
    case prediction
  }

  /// The operation.
  package var operation: TensorOperation
  /// The precision to compute in.
  package var precision: Precision
  /// The purpose of the kernel.
  package var use: Use
  /// The input, whose elements should be exact in the precision.
  package var input: Tensor<Double>
  /// The parameters, in the operation's order; in bfloat16 they should be exact in it, too.
  package var parameters: [Tensor<Double>]
  /// The operation's state before the forward pass, in its order.
  package var state: [Tensor<Double>]
  /// The gradient of the output; not read in prediction.
  package var outputGradient: Tensor<Double>
  /// The context of the passes.
  package var context: RunContext
  /// The layer's index, which dropout's mask depends on.
  package var layerIndex: Int
  /// The layout in which the input arrives.
  package var arrival: Arrival
  /// Whether output and input share their memory if the kernel allows it.
  package var inPlace: Bool
  /// The batch size of another kernel of the same layer, whose layouts of the parameters this one has to keep; nil if
  /// this one chooses.
  package var parametersOfBatch: Int?
  /// The algorithm for a convolution; nil for the backend's choice.
  package var algorithm: ConvolutionAlgorithm?

  /// Creates a case.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - precision: The precision to compute in.
  ///   - use: The purpose of the kernel.
  ///   - input: The input.
  ///   - parameters: The parameters, in the operation's order.
  ///   - state: The operation's state; its initial values if nil.
  ///   - outputGradient: The gradient of the output; zeros if nil.
  ///   - context: The context of the passes.
  ///   - layerIndex: The layer's index.
  ///   - arrival: The layout in which the input arrives.
  ///   - inPlace: Whether output and input share their memory if the kernel allows it.
  ///   - parametersOfBatch: The batch of the kernel that has chosen the parameters' layouts; nil for this one.
  package init(
    _ operation: TensorOperation, precision: Precision = .float32, use: Use = .training,
    input: Tensor<Double>,
    parameters: [Tensor<Double>] = [], state: [Tensor<Double>]? = nil, outputGradient: Tensor<Double>? = nil,
    context: RunContext = RunContext(isTraining: true), layerIndex: Int = 0, arrival: Arrival = .plain,
    inPlace: Bool = false,
    parametersOfBatch: Int? = nil
  ) {
    self.operation = operation
    self.precision = precision
    self.use = use
    self.input = input
    self.parameters = parameters
    self.state =
      state ?? operation.state.map { Tensor(shape: $0.shape, repeating: $0.initialValue) }
    self.outputGradient = outputGradient ?? Tensor(shape: operation.outputShape, repeating: 0)
    self.context = context
    self.layerIndex = layerIndex
    self.arrival = arrival
    self.inPlace = inPlace
    self.parametersOfBatch = parametersOfBatch
  }

  /// The same case in the simplest form, for the reference in Double.
  var inDouble: KernelCase {
    var plain = self
    plain.precision = .float64
    plain.arrival = .plain
    plain.inPlace = false
    plain.parametersOfBatch = nil
    plain.algorithm = nil
    return plain
  }
}
