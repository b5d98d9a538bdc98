import Backends

/// One operation as equations over plain tensors; each pass is a plain function of the memory.
protocol Equations {
  associatedtype Scalar: LoopScalar

  /// What the operation needs and gives.
  var requirements: KernelRequirements { get }

  func forward(_ memory: PlainMemory<Scalar>, _ pass: Pass)
  func activationGradient(_ memory: PlainMemory<Scalar>)
  func parameterGradients(_ memory: PlainMemory<Scalar>)
  func inputGradient(_ memory: PlainMemory<Scalar>, _ pass: Pass)
}

extension Equations {
  func activationGradient(_ memory: PlainMemory<Scalar>) {}
  func parameterGradients(_ memory: PlainMemory<Scalar>) {}
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
    weight = memory.parameters.first.map(numbers)
    bias = memory.parameters.dropFirst().first.map(numbers)
    weightGradient = memory.parameterGradients.first.map(numbers)
    biasGradient = memory.parameterGradients.dropFirst().first.map(numbers)
    saved = memory.saved
    scratch = numbers(memory.scratch)
  }
}

/// A kernel that runs the equations of one operation.
///
/// The passes are kept as closures that are formed where the equations' type is known, so that the compiler
/// makes the loops once for Float and once for Double; a generic kernel would call them for any number type.
final class PlainKernel: Kernel {
  private enum Stage {
    case forward, activationGradient, parameterGradients, inputGradient
  }

  let requirements: KernelRequirements
  private let bound: (KernelMemory) -> (Stage, Pass) -> Void
  private var run: ((Stage, Pass) -> Void)?

  init<Operation: Equations>(_ equations: Operation) {
    requirements = equations.requirements
    bound = { kernelMemory in
      let memory = PlainMemory<Operation.Scalar>(kernelMemory)
      return { stage, pass in
        switch stage {
        case .forward: equations.forward(memory, pass)
        case .activationGradient: equations.activationGradient(memory)
        case .parameterGradients: equations.parameterGradients(memory)
        case .inputGradient: equations.inputGradient(memory, pass)
        }
      }
    }
  }

  func bind(_ memory: KernelMemory) {
    run = bound(memory)
  }

  func forward(_ pass: Pass) { run?(.forward, pass) }
  func activationGradient(_ pass: Pass) { run?(.activationGradient, pass) }
  func parameterGradients(_ pass: Pass) { run?(.parameterGradients, pass) }
  func inputGradient(_ pass: Pass) { run?(.inputGradient, pass) }
}
