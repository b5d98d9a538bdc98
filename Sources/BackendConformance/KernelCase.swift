import Backends
import Operations
import Tensors

/// One operation with everything that it computes from, in plain numbers.
public struct KernelCase: Sendable {
  /// In which layout the input arrives.
  public enum Arrival: Sendable, CaseIterable {
    /// Plain, as the first layer's.
    case plain
    /// As a 1×1 convolution of the same backend gives its output; plain where the input is no batch of images.
    case fromConvolution
  }

  /// What is computed.
  public var operation: Operation
  /// In which numbers.
  public var precision: Precision
  /// The input, whose elements should be exact in the precision.
  public var input: Tensor<Double>
  /// The parameters, in the operation's order.
  public var parameters: [Tensor<Double>]
  /// The gradient of the output; nil where only the forward pass is to run.
  public var outputGradient: Tensor<Double>?
  /// What the passes are told.
  public var pass: Pass
  /// The layer's place, which dropout's mask depends on.
  public var layerIndex: Int
  /// In which layout the input arrives.
  public var arrival: Arrival
  /// Whether output and input share their memory where the kernel allows it.
  public var inPlace: Bool

  /// Makes a case.
  ///
  /// - Parameters:
  ///   - operation: What is computed.
  ///   - precision: In which numbers.
  ///   - input: The input.
  ///   - parameters: The parameters, in the operation's order.
  ///   - outputGradient: The gradient of the output; nil for the forward pass alone.
  ///   - pass: What the passes are told.
  ///   - layerIndex: The layer's place.
  ///   - arrival: In which layout the input arrives.
  ///   - inPlace: Whether output and input share their memory where the kernel allows it.
  public init(
    _ operation: Operation, precision: Precision = .float32, input: Tensor<Double>,
    parameters: [Tensor<Double>] = [], outputGradient: Tensor<Double>? = nil,
    pass: Pass = Pass(isTraining: true), layerIndex: Int = 0, arrival: Arrival = .plain, inPlace: Bool = false
  ) {
    self.operation = operation
    self.precision = precision
    self.input = input
    self.parameters = parameters
    self.outputGradient = outputGradient
    self.pass = pass
    self.layerIndex = layerIndex
    self.arrival = arrival
    self.inPlace = inPlace
  }
}

/// What a kernel made of a case, in plain numbers.
public struct KernelOutcome: Sendable {
  /// The output.
  public var output: Tensor<Double>
  /// The gradient of the input, if the case had one of the output.
  public var inputGradient: Tensor<Double>?
  /// The gradients of the parameters, in the operation's order; none if the case had no gradient of the output.
  public var parameterGradients: [Tensor<Double>]
  /// What the kernel says that it uses.
  public var implementation: String
  /// Broken promises about memory, a line each: writes beyond an end, changed inputs, padding that is not zero.
  public var defects: [String]

  /// All tensors with their names, in the order in which they are computed.
  public var tensors: [(name: String, tensor: Tensor<Double>)] {
    let parameterNames = ["weight gradient", "bias gradient"]
    return [("output", output)] + zip(parameterNames, parameterGradients)
      + (inputGradient.map { [("input gradient", $0)] } ?? [])
  }
}
