/// The memory that a kernel works on for its lifetime, at multiples of 64 bytes.
///
/// The layouts are in the kernel's request and ``KernelRequirements``. Gradients are present only if the request needs
/// them.
public struct KernelMemory {
  /// The input; never written, unless the output is stored over it.
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
  /// The operation's state, kept from step to step, in its order.
  ///
  /// Floating-point numbers have the type of the parameters, counts are 64-bit integers. A training pass may write it,
  /// all others only read it. Kernels of all parts of a batch share it.
  public var state: [UnsafeMutableRawPointer]
  /// Memory kept from the forward to the backward pass.
  public var saved: UnsafeMutableRawPointer
  /// Scratch memory for any pass while it runs.
  public var scratch: UnsafeMutableRawPointer
  /// Copies of the parameters in another form, shared with all kernels of the same request.
  public var packed: UnsafeMutableRawPointer

  /// The weight, if the operation has one.
  public var weight: UnsafeMutableRawPointer? { parameters.first }
  /// The bias, if the operation has one.
  public var bias: UnsafeMutableRawPointer? { parameters.count > 1 ? parameters[1] : nil }
  /// The gradient of the weight, if requested.
  public var weightGradient: UnsafeMutableRawPointer? { parameterGradients.first }
  /// The gradient of the bias, if requested.
  public var biasGradient: UnsafeMutableRawPointer? {
    parameterGradients.count > 1 ? parameterGradients[1] : nil
  }

  /// Creates the memory of a kernel.
  public init(
    input: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer,
    inputGradient: UnsafeMutableRawPointer?, outputGradient: UnsafeMutableRawPointer?,
    parameters: [UnsafeMutableRawPointer], parameterGradients: [UnsafeMutableRawPointer],
    state: [UnsafeMutableRawPointer] = [], saved: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer,
    packed: UnsafeMutableRawPointer
  ) {
    self.input = input
    self.output = output
    self.inputGradient = inputGradient
    self.outputGradient = outputGradient
    self.parameters = parameters
    self.parameterGradients = parameterGradients
    self.state = state
    self.saved = saved
    self.scratch = scratch
    self.packed = packed
  }
}
