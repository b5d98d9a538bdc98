/// One operation of one network, prepared by one backend for one batch size.
///
/// It is used in this order: it is made; the network reads ``requirements`` and plans the memory; ``bind(_:)``
/// hands the memory over; ``parametersChanged()`` follows whenever the parameters have got new values; then the
/// passes run, as often as wanted. Backward passes run in the order ``activationGradient(_:)``,
/// ``parameterGradients(_:)``, ``inputGradient(_:)``, after the forward pass of the same micro-batch.
public protocol Kernel: AnyObject {
  /// What it needs and gives.
  var requirements: KernelRequirements { get }

  /// The copies into other layouts that it makes while it runs, with their times so far.
  var conversions: [LayoutConversion] { get }

  /// Takes the memory that it will work on; called once, before anything is run.
  func bind(_ memory: KernelMemory) throws

  /// Rebuilds what the kernel keeps of the parameters in another form, such as packed weights.
  func parametersChanged() throws

  /// Computes the output from the input.
  func forward(_ pass: Pass) throws

  /// Turns, in place, the gradient of the output into that of the value before the fused activation.
  func activationGradient(_ pass: Pass) throws

  /// Computes the gradients of the parameters from the input and the gradient of the output.
  func parameterGradients(_ pass: Pass) throws

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ pass: Pass) throws
}

extension Kernel {
  /// All tensors are taken as they lie.
  public var conversions: [LayoutConversion] { [] }

  /// Nothing is kept in another form.
  public func parametersChanged() {}

  /// No activation is fused.
  public func activationGradient(_ pass: Pass) {}

  /// There are no parameters.
  public func parameterGradients(_ pass: Pass) {}
}
