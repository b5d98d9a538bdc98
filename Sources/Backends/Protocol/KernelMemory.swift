/// The memory that a kernel works on for as long as it lives, at multiples of 64 bytes.
///
/// Which element lies where is in the kernel's request and ``KernelRequirements``. The gradients are there only
/// where the request says that they are wanted.
public struct KernelMemory {
  /// The input; never written, unless the output lies in the same place.
  public var input: UnsafeMutableRawPointer
  /// The output.
  public var output: UnsafeMutableRawPointer
  /// The gradient of the input, to be written.
  public var inputGradient: UnsafeMutableRawPointer?
  /// The gradient of the output, to be read.
  public var outputGradient: UnsafeMutableRawPointer?
  /// The parameters, in the operation's order.
  public var parameters: [UnsafeMutableRawPointer]
  /// The gradients of the parameters, to be written.
  public var parameterGradients: [UnsafeMutableRawPointer]
  /// What is kept from the forward to the backward pass.
  public var saved: UnsafeMutableRawPointer
  /// What any pass may use while it runs.
  public var scratch: UnsafeMutableRawPointer

  /// The weight, if the operation has one.
  public var weight: UnsafeMutableRawPointer? { parameters.first }
  /// The bias, if the operation has one.
  public var bias: UnsafeMutableRawPointer? { parameters.count > 1 ? parameters[1] : nil }
  /// The gradient of the weight, if it is wanted.
  public var weightGradient: UnsafeMutableRawPointer? { parameterGradients.first }
  /// The gradient of the bias, if it is wanted.
  public var biasGradient: UnsafeMutableRawPointer? {
    parameterGradients.count > 1 ? parameterGradients[1] : nil
  }

  /// Makes the memory of a kernel.
  public init(
    input: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer,
    inputGradient: UnsafeMutableRawPointer?, outputGradient: UnsafeMutableRawPointer?,
    parameters: [UnsafeMutableRawPointer], parameterGradients: [UnsafeMutableRawPointer],
    saved: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
  ) {
    self.input = input
    self.output = output
    self.inputGradient = inputGradient
    self.outputGradient = outputGradient
    self.parameters = parameters
    self.parameterGradients = parameterGradients
    self.saved = saved
    self.scratch = scratch
  }
}
