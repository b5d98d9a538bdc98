import Backends

/// One operation as equations over plain tensors; each pass is some loops over the memory.
protocol Equations: Sendable {
  /// The requirements of the operation.
  var requirements: KernelRequirements { get }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
  func activationGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
  func parameterGradients<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
}

extension Equations {
  func activationGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {}
  func parameterGradients<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {}
}

/// A kernel's memory, read as numbers of one type.
struct PlainMemory<Scalar> {
  typealias Pointer = UnsafeMutablePointer<Scalar>

  let input: Pointer
  let output: Pointer
  let inputGradient: Pointer?
  let outputGradient: Pointer?
  let weight: Pointer?
  let bias: Pointer?
  let weightGradient: Pointer?
  let biasGradient: Pointer?
  let state: [UnsafeMutableRawPointer]
  let saved: UnsafeMutableRawPointer
  let scratch: Pointer

  init(_ memory: KernelMemory) {
    func numbers(_ address: UnsafeMutableRawPointer) -> Pointer {
      address.assumingMemoryBound(to: Scalar.self)
    }
    input = numbers(memory.input)
    output = numbers(memory.output)
    inputGradient = memory.inputGradient.map(numbers)
    outputGradient = memory.outputGradient.map(numbers)
    weight = memory.weight.map(numbers)
    bias = memory.bias.map(numbers)
    weightGradient = memory.weightGradient.map(numbers)
    biasGradient = memory.biasGradient.map(numbers)
    state = memory.state
    saved = memory.saved
    scratch = numbers(memory.scratch)
  }
}

/// A kernel that runs the equations of one operation, in Float or in Double.
///
/// The loops are made where the equations' type is known, so that the compiler specializes them for Float and Double.
final class PlainKernel: Kernel {
  let requirements: KernelRequirements
  private let addLoops: (PlainKernel, KernelMemory) -> Void
  private let forwardLoops: PassLoops
  private let activationGradientLoops: PassLoops
  private let parameterGradientLoops: PassLoops
  private let inputGradientLoops: PassLoops

  init<TensorOperation: Equations>(_ equations: TensorOperation, _ precision: Precision, threads: ThreadPool)
  {
    requirements = equations.requirements
    forwardLoops = PassLoops(threads: threads)
    activationGradientLoops = PassLoops(threads: threads)
    parameterGradientLoops = PassLoops(threads: threads)
    inputGradientLoops = PassLoops(threads: threads)
    addLoops =
      precision == .float64
      ? { $0.addLoops(of: equations, PlainMemory<Double>($1)) }
      : { $0.addLoops(of: equations, PlainMemory<Float>($1)) }
  }

  private func addLoops<TensorOperation: Equations, Scalar: LoopScalar>(
    of equations: TensorOperation, _ memory: PlainMemory<Scalar>
  ) {
    equations.forward(memory, forwardLoops)
    equations.activationGradient(memory, activationGradientLoops)
    equations.parameterGradients(memory, parameterGradientLoops)
    equations.inputGradient(memory, inputGradientLoops)
  }

  func bind(_ memory: KernelMemory) { addLoops(self, memory) }

  func forward(_ context: RunContext) { forwardLoops.run(context) }
  func activationGradient(_ context: RunContext) { activationGradientLoops.run(context) }
  func parameterGradients(_ context: RunContext) { parameterGradientLoops.run(context) }
  func inputGradient(_ context: RunContext) { inputGradientLoops.run(context) }
}
