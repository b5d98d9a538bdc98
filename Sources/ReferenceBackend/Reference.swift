import Backends
import Operations
import Tensors

/// The referee: every operation as plain loops in the order of its equations.
///
/// It is written to be read and to be right; the equations stand with the loops. It computes in float32 and in
/// float64. All tensors are plain, every element is summed by one thread in a fixed order, and so the results do
/// not depend on the number of threads.
public struct Reference: Backend {
  /// The name that picks it.
  public let name = "reference"

  /// The threads that the loops use.
  public let threads: ThreadPool

  /// Makes the backend.
  ///
  /// - Parameter threads: The threads that the loops use.
  public init(threads: ThreadPool = .allProcessors) {
    self.threads = threads
  }

  /// It needs no library.
  public var information: BackendInformation {
    BackendInformation(
      library: "none", instructionSet: "as compiled", precisions: [.float32, .float64])
  }

  /// Only a convolution takes its ReLU in.
  public func canFuse(_ activation: Activation, into operation: Operation) -> Bool {
    guard case .convolution = operation else { return false }
    return activation == .relu
  }

  /// Makes the kernel of one operation.
  ///
  /// - Parameter request: The operation, whose input and parameters must be plain.
  /// - Returns: The kernel, in plain layouts throughout.
  /// - Throws: ``BackendError`` if the operation has a limitation, or a layout is not the plain one.
  public func makeKernel(for request: KernelRequest) throws -> any Kernel {
    if let limitation = limitation(of: request.operation, precision: request.precision) {
      throw BackendError(limitation)
    }
    let plainInput = Layout(plain: request.operation.inputShape, request.precision.activationType)
    guard request.input == plainInput else {
      throw BackendError(
        "the reference backend needs an input that is \(plainInput), and got \(request.input)")
    }
    let plainParameters = Layout.plainParameters(of: request)
    guard request.parameterLayouts ?? plainParameters == plainParameters else {
      throw BackendError("the reference backend keeps the parameters of \(request.operation.name) plain only")
    }
    return request.precision == .float64
      ? kernel(for: request, in: Double.self) : kernel(for: request, in: Float.self)
  }

  private func kernel<Scalar: LoopScalar>(for request: KernelRequest, in _: Scalar.Type) -> PlainKernel {
    switch request.operation {
    case .convolution(let geometry, let activation):
      PlainKernel(
        Convolution<Scalar>(geometry, activation: activation, request: request), threads: threads)
    case .dense(let geometry):
      PlainKernel(Dense<Scalar>(geometry, request: request), threads: threads)
    case .maxPooling(let geometry):
      PlainKernel(MaxPooling<Scalar>(geometry, request: request), threads: threads)
    case .averagePooling(let geometry, let countsPadding):
      PlainKernel(
        AveragePooling<Scalar>(geometry, countsPadding: countsPadding, request: request), threads: threads)
    case .relu(let shape):
      PlainKernel(ReLU<Scalar>(shape, request: request), threads: threads)
    case .dropout(let shape, let probability):
      PlainKernel(Dropout<Scalar>(shape, probability: probability, request: request), threads: threads)
    case .flatten:
      PlainKernel(Flatten<Scalar>(request: request), threads: threads)
    case .softmax(let geometry):
      PlainKernel(Softmax<Scalar>(geometry, request: request), threads: threads)
    }
  }

  /// Computes the loss of a micro-batch and its gradient with respect to the logits.
  public func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    call.elementType == .float64
      ? softmaxCrossEntropyLoops(call, Double.self) : softmaxCrossEntropyLoops(call, Float.self)
  }

  /// Adds a micro-batch's gradient to the sum of the batch's.
  public func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout) {
    if layout.elementType == .float64 {
      accumulateLoops(gradient, into: sum, count: layout.storedCount, Double.self)
    } else {
      accumulateLoops(gradient, into: sum, count: layout.storedCount, Float.self)
    }
  }

  /// The sum of the squares of a tensor's elements.
  public func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    layout.elementType == .float64
      ? sumOfSquaresLoops(values, count: layout.storedCount, Double.self)
      : sumOfSquaresLoops(values, count: layout.storedCount, Float.self)
  }

  /// One step of stochastic gradient descent on one parameter.
  public func update(_ step: GradientDescentStep) {
    if step.layout.elementType == .float64 {
      gradientDescentLoops(step, Double.self)
    } else {
      gradientDescentLoops(step, Float.self)
    }
  }
}

extension Layout {
  /// The layouts of an operation's parameters, plain.
  static func plainParameters(of request: KernelRequest) -> [Layout] {
    request.operation.parameters.map { Layout(plain: $0.shape, request.precision.parameterType) }
  }
}
