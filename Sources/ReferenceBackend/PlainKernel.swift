import Backends

/// One operation as equations over plain tensors; each pass is some loops over the memory.
protocol Equations {
  associatedtype Scalar: LoopScalar

  /// What the operation needs and gives.
  var requirements: KernelRequirements { get }

  func forward(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
  func activationGradient(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
  func parameterGradients(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
  func inputGradient(_ memory: PlainMemory<Scalar>, _ loops: PassLoops)
}

extension Equations {
  func activationGradient(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {}
  func parameterGradients(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {}
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
    saved = memory.saved
    scratch = numbers(memory.scratch)
  }
}

/// A kernel that runs the equations of one operation.
///
/// The loops are formed where the equations' type is known, so that the compiler makes them once for Float and once
/// for Double; a generic kernel would call them for any number type.
final class PlainKernel: Kernel {
  let requirements: KernelRequirements
  private let addLoops: (PlainKernel, KernelMemory) -> Void
  private let forwardLoops: PassLoops
  private let activationGradientLoops: PassLoops
  private let parameterGradientLoops: PassLoops
  private let inputGradientLoops: PassLoops

  init<Operation: Equations>(_ equations: Operation, threads: ThreadPool) {
    requirements = equations.requirements
    forwardLoops = PassLoops(threads: threads)
    activationGradientLoops = PassLoops(threads: threads)
    parameterGradientLoops = PassLoops(threads: threads)
    inputGradientLoops = PassLoops(threads: threads)
    addLoops = { kernel, kernelMemory in
      let memory = PlainMemory<Operation.Scalar>(kernelMemory)
      equations.forward(memory, kernel.forwardLoops)
      equations.activationGradient(memory, kernel.activationGradientLoops)
      equations.parameterGradients(memory, kernel.parameterGradientLoops)
      equations.inputGradient(memory, kernel.inputGradientLoops)
    }
  }

  func bind(_ memory: KernelMemory) { addLoops(self, memory) }

  func forward(_ pass: Pass) { forwardLoops.run(pass) }
  func activationGradient(_ pass: Pass) { activationGradientLoops.run(pass) }
  func parameterGradients(_ pass: Pass) { parameterGradientLoops.run(pass) }
  func inputGradient(_ pass: Pass) { inputGradientLoops.run(pass) }
}
