import Operations
import Tensors

/// The kernels of one backend for each operation, including the loss and the optimizer's step.
///
/// Every backend's folder opens with a file `Table.swift` that makes this value, with the same rows in the same order:
/// two of these files next to each other show how two backends differ. The backend looks up its kernels here, and `nin
/// backends --table` prints it.
///
/// Rows can be replaced, so a backend may begin as a copy of another's table:
///
///     var table = Reference(threads: threads).table
///     table.relu = .init("mine", "SIMD loops") { request, shape in MyReLU(request, shape) }
public struct OperationTable: Sendable {
  /// The implementation of one operation.
  public struct Row<Function: Sendable>: Sendable {
    /// The owner of the code: a backend's name, `common` or `im2col`.
    public let owner: String
    /// A summary in a few words.
    public let summary: String
    /// Makes the kernel, or computes the result.
    public let function: Function

    /// Creates a row.
    ///
    /// - Parameters:
    ///   - owner: The owner of the code: the backend's name.
    ///   - summary: A summary in a few words.
    ///   - function: Makes the kernel, or computes the result.
    public init(_ owner: String, _ summary: String, _ function: Function) {
      self.owner = owner
      self.summary = summary
      self.function = function
    }
  }

  /// Makes the kernel of an operation from a request and the operation's sizes.
  public typealias KernelRow<each Sizes> =
    Row<@Sendable (KernelRequest, repeat each Sizes) throws -> any Kernel>

  /// Computes a loss and its gradient.
  public typealias LossRow = Row<@Sendable (SoftmaxCrossEntropyCall) -> ClassificationScore>
  /// Adds a gradient to a sum of the same layout.
  public typealias AccumulationRow =
    Row<@Sendable (_ gradient: UnsafeRawPointer, _ sum: UnsafeMutableRawPointer, Layout) -> Void>
  /// Sums the squares of a tensor's elements.
  public typealias SumOfSquaresRow = Row<@Sendable (UnsafeRawPointer, Layout) -> Double>
  /// Updates one parameter by stochastic gradient descent.
  public typealias GradientDescentRow = Row<@Sendable (GradientDescentStep) -> Void>
  /// Updates one parameter by AdamW.
  public typealias AdamWRow = Row<@Sendable (AdamWStep) -> Void>

  /// The algorithms for convolutions; the first is used unless another is requested by name, so it must be able to
  /// compute every convolution.
  public var convolution: KeyValuePairs<ConvolutionAlgorithm, KernelRow<ConvolutionGeometry, Activation?>>
  /// Fully connected layers.
  public var dense: KernelRow<DenseGeometry>
  /// Batch normalization.
  public var batchNormalization: KernelRow<BatchNormalizationGeometry>
  /// Max pooling.
  public var maxPooling: KernelRow<PoolingGeometry>
  /// Average pooling; the flag is whether padding counts as zeros.
  public var averagePooling: KernelRow<PoolingGeometry, Bool>
  /// The rectified linear unit.
  public var relu: KernelRow<Shape>
  /// The sigmoid.
  public var sigmoid: KernelRow<Shape>
  /// Dropout, with the probability that an element is dropped.
  public var dropout: KernelRow<Shape, Double>
  /// Flatten: images as rows.
  public var flatten: KernelRow<Shape>
  /// Softmax along one axis.
  public var softmax: KernelRow<SoftmaxGeometry>
  /// The loss of a part of a batch and its gradient.
  public var softmaxCrossEntropy: LossRow
  /// The addition of the gradients of parts of a batch.
  public var accumulation: AccumulationRow
  /// The sum of the squares of a gradient's elements.
  public var sumOfSquares: SumOfSquaresRow
  /// One step of stochastic gradient descent on one parameter.
  public var gradientDescent: GradientDescentRow
  /// One step of AdamW on one parameter.
  public var adamW: AdamWRow

  /// Creates a table; it has a row for each operation.
  public init(
    convolution: KeyValuePairs<ConvolutionAlgorithm, KernelRow<ConvolutionGeometry, Activation?>>,
    dense: KernelRow<DenseGeometry>,
    batchNormalization: KernelRow<BatchNormalizationGeometry>,
    maxPooling: KernelRow<PoolingGeometry>,
    averagePooling: KernelRow<PoolingGeometry, Bool>,
    relu: KernelRow<Shape>,
    sigmoid: KernelRow<Shape>,
    dropout: KernelRow<Shape, Double>,
    flatten: KernelRow<Shape>,
    softmax: KernelRow<SoftmaxGeometry>,
    softmaxCrossEntropy: LossRow,
    accumulation: AccumulationRow,
    sumOfSquares: SumOfSquaresRow,
    gradientDescent: GradientDescentRow,
    adamW: AdamWRow
  ) {
    precondition(convolution.first?.key != .winograd, "winograd cannot compute every convolution")
    self.convolution = convolution
    self.dense = dense
    self.batchNormalization = batchNormalization
    self.maxPooling = maxPooling
    self.averagePooling = averagePooling
    self.relu = relu
    self.sigmoid = sigmoid
    self.dropout = dropout
    self.flatten = flatten
    self.softmax = softmax
    self.softmaxCrossEntropy = softmaxCrossEntropy
    self.accumulation = accumulation
    self.sumOfSquares = sumOfSquares
    self.gradientDescent = gradientDescent
    self.adamW = adamW
  }

  /// Makes the kernel of an operation.
  ///
  /// - Parameter request: The operation, its layouts and how it will be run.
  /// - Returns: The kernel, not yet bound to memory.
  /// - Throws: `BackendError` if the table lacks the requested algorithm; the errors of the row.
  public func makeKernel(for request: KernelRequest) throws -> any Kernel {
    switch request.operation {
    case .convolution(let geometry, let activation):
      try convolution(by: request.algorithm).function(request, geometry, activation)
    case .dense(let geometry): try dense.function(request, geometry)
    case .batchNormalization(let geometry): try batchNormalization.function(request, geometry)
    case .maxPooling(let geometry): try maxPooling.function(request, geometry)
    case .averagePooling(let geometry, let countsPadding):
      try averagePooling.function(request, geometry, countsPadding)
    case .relu(let shape): try relu.function(request, shape)
    case .sigmoid(let shape): try sigmoid.function(request, shape)
    case .dropout(let shape, let probability): try dropout.function(request, shape, probability)
    case .flatten(let shape): try flatten.function(request, shape)
    case .softmax(let geometry): try softmax.function(request, geometry)
    }
  }

  private func convolution(
    by algorithm: ConvolutionAlgorithm?
  ) throws -> KernelRow<ConvolutionGeometry, Activation?> {
    let found = algorithm.map { name in convolution.first { $0.key == name } } ?? convolution.first
    guard let found else {
      let names = convolution.map(\.key.rawValue).joined(separator: ", ")
      throw BackendError.unsupportedAlgorithm(
        available: convolution.map(\.key),
        reason:
          "unknown algorithm \((algorithm?.rawValue ?? "").quoted) for convolutions; available: \(names)")
    }
    return found.value
  }

  /// One line of the table, for display.
  public struct Line: Sendable, Equatable {
    /// The operation; for a convolution also the algorithm.
    public let operation: String
    /// The owner of the code: a backend's name, `common` or `im2col`.
    public let owner: String
    /// The implementation in a few words.
    public let summary: String

    init<Function>(_ operation: String, _ row: Row<Function>) {
      self.operation = operation
      owner = row.owner
      summary = row.summary
    }
  }

  /// The lines of an operation: one, or one for each algorithm.
  public func lines(of kind: TensorOperation.Kind) -> [Line] {
    let name = kind.rawValue
    return switch kind {
    case .convolution: convolution.map { Line("\(name), \($0.key)", $0.value) }
    case .dense: [Line(name, dense)]
    case .batchNormalization: [Line(name, batchNormalization)]
    case .maxPooling: [Line(name, maxPooling)]
    case .averagePooling: [Line(name, averagePooling)]
    case .relu: [Line(name, relu)]
    case .sigmoid: [Line(name, sigmoid)]
    case .dropout: [Line(name, dropout)]
    case .flatten: [Line(name, flatten)]
    case .softmax: [Line(name, softmax)]
    }
  }

  /// All lines, those of the loss and the optimizer's step last.
  public var lines: [Line] {
    TensorOperation.Kind.allCases.flatMap(lines) + [
      Line("softmax cross entropy", softmaxCrossEntropy),
      Line("gradient accumulation", accumulation),
      Line("gradient norm", sumOfSquares),
      Line("gradient descent", gradientDescent),
      Line("adamw", adamW),
    ]
  }
}
