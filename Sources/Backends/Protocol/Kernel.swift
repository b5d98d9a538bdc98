/// One operation of one network, prepared by one backend for one batch size.
///
/// It is used in this order: it is made; the network reads ``requirements`` and plans the memory; ``bind(_:)`` hands
/// over the memory; ``parametersChanged()`` is called whenever the parameters have new values; then the passes run, any
/// number of times. Backward passes run in the order ``activationGradient(_:)``, ``parameterGradients(_:)``,
/// ``inputGradient(_:)``, after the forward pass of the same images. A network makes a kernel for each of its lanes and
/// runs them in parallel.
public protocol Kernel: AnyObject {
  /// The kernel's requirements.
  var requirements: KernelRequirements { get }

  /// The reorders it makes while it runs, with their times so far.
  var reorders: [ReorderRecord] { get }

  /// Takes the memory that it will work on; called once, before anything is run.
  func bind(_ memory: KernelMemory) throws

  /// Rebuilds the kernel's copies of the parameters in another form, such as packed weights.
  func parametersChanged() throws

  /// Computes the output from the input.
  func forward(_ context: RunContext) throws

  /// Converts, in place, the gradient of the output into that of the value before the fused activation.
  func activationGradient(_ context: RunContext) throws

  /// Computes the gradients of the parameters from the input and the gradient of the output.
  func parameterGradients(_ context: RunContext) throws

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ context: RunContext) throws
}

extension Kernel {
  /// No reorders.
  public var reorders: [ReorderRecord] { [] }

  /// Does nothing: no parameters are kept in another form.
  public func parametersChanged() {}

  /// Does nothing: no activation is fused.
  public func activationGradient(_ context: RunContext) {}

  /// Does nothing: there are no parameters.
  public func parameterGradients(_ context: RunContext) {}
}
