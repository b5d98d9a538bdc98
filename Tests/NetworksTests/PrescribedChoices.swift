import Backends
import Operations
import ReferenceBackend
import Tensors

/// The largest element of each window, for each max pooling of a network by its layer's index; −1 if it was not
/// positive, since there is no gradient next to a ReLU.
typealias Winners = [Int: [Int32]]

/// Whether each element of a ReLU's output is positive, by its layer's index.
typealias Sides = [Int: [Bool]]

/// The reference, except that the winners of max pooling and the sides of ReLU's kink may be prescribed.
///
/// A rounding can make another element of a window the largest, or one positive that is not. Its gradient then goes
/// elsewhere, whatever the precision of the rest; with these prescribed, two computations differ only by rounding.
struct PrescribedChoices: Backend {
  private let reference: Reference
  private let winners: Winners
  private let sides: Sides
  /// The winners by the rule, of the last computation.
  let found = FoundWinners()

  init(winners: Winners = [:], sides: Sides = [:], threads: ThreadPool) {
    reference = Reference(threads: threads)
    self.winners = winners
    self.sides = sides
  }

  var name: String { reference.name }
  var information: BackendInformation { reference.information }
  var threads: ThreadPool { reference.threads }
  var table: OperationTable { reference.table }

  func limitation(of operation: TensorOperation, precision: Precision) -> String? {
    reference.limitation(of: operation, precision: precision)
  }

  func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
    sides.isEmpty && reference.canFuse(activation, into: operation)
  }

  func makeKernel(for request: KernelRequest) throws -> any Kernel {
    let kernel = try reference.makeKernel(for: request)
    guard request.isTraining else { return kernel }
    return switch request.operation {
    case .maxPooling: PrescribedPooling(kernel, layer: request.layerIndex, winners[request.layerIndex], found)
    case .relu where !sides.isEmpty: PrescribedReLU(kernel, sides[request.layerIndex] ?? [])
    default: kernel
    }
  }

  func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    try reference.reorder(source, sourceLayout, to: destination, destinationLayout)
  }

  func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    reference.softmaxCrossEntropy(call)
  }

  func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout) {
    reference.accumulate(gradient, into: sum, layout)
  }

  func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    reference.sumOfSquares(values, layout)
  }

  func update(_ step: GradientDescentStep) { reference.update(step) }
}

/// The winners that the poolings of one network write; a network is used from one thread at a time.
final class FoundWinners: @unchecked Sendable {
  fileprivate(set) var winners: Winners = [:]
}

/// The reference's max pooling, which keeps the winners' indices between its passes: there they are replaced.
private final class PrescribedPooling: Kernel {
  private let kernel: any Kernel
  private let layer: Int
  private let prescribed: [Int32]?
  private let found: FoundWinners
  private var memory: KernelMemory?

  init(_ kernel: any Kernel, layer: Int, _ prescribed: [Int32]?, _ found: FoundWinners) {
    self.kernel = kernel
    self.layer = layer
    self.prescribed = prescribed
    self.found = found
  }

  var requirements: KernelRequirements { kernel.requirements }

  func bind(_ memory: KernelMemory) throws {
    self.memory = memory
    try kernel.bind(memory)
  }

  func forward(_ context: RunContext) throws {
    try kernel.forward(context)
    guard let memory else { return }
    let indices = UnsafeMutableBufferPointer(
      start: memory.saved.assumingMemoryBound(to: Int32.self),
      count: requirements.output.shape.elementCount)
    found.winners[layer] = zip(indices, isPositive(memory.output)).map { $1 ? $0 : -1 }
    if let prescribed { _ = indices.update(fromContentsOf: prescribed) }
  }

  func inputGradient(_ context: RunContext) throws { try kernel.inputGradient(context) }

  private func isPositive(_ output: UnsafeMutableRawPointer) -> [Bool] {
    let layout = requirements.output
    return (0..<layout.shape.elementCount).map { index in
      layout.elementType == .float64
        ? output.load(fromByteOffset: index * 8, as: Double.self) > 0
        : output.load(fromByteOffset: index * 4, as: Float.self) > 0
    }
  }
}

/// The reference's ReLU in float64, whose backward pass uses the prescribed side of the kink.
///
/// Behind a max pooling it passes all gradients: there the winners decide.
private final class PrescribedReLU: Kernel {
  private let kernel: any Kernel
  private let isPositive: [Bool]
  private var memory: KernelMemory?

  init(_ kernel: any Kernel, _ isPositive: [Bool]) {
    self.kernel = kernel
    self.isPositive = isPositive
  }

  var requirements: KernelRequirements { kernel.requirements }

  func bind(_ memory: KernelMemory) throws {
    self.memory = memory
    try kernel.bind(memory)
  }

  func forward(_ context: RunContext) throws { try kernel.forward(context) }

  func inputGradient(_ context: RunContext) throws {
    guard let from = memory?.outputGradient, let to = memory?.inputGradient else { return }
    let count = requirements.output.shape.elementCount
    let gradient = UnsafeMutableBufferPointer(start: from.assumingMemoryBound(to: Double.self), count: count)
    let result = UnsafeMutableBufferPointer(start: to.assumingMemoryBound(to: Double.self), count: count)
    for index in 0..<count {
      let passes = isPositive.count != count || isPositive[index]
      result[index] = passes ? gradient[index] : 0
    }
  }
}
