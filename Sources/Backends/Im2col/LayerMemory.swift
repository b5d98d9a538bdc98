/// The memory of a layer with parameters, as float32.
struct LayerMemory {
  let input: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let inputGradient: UnsafeMutablePointer<Float>?
  let outputGradient: UnsafeMutablePointer<Float>?
  let weight: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?
  let weightGradient: UnsafeMutablePointer<Float>?
  let biasGradient: UnsafeMutablePointer<Float>?
  let scratch: UnsafeMutablePointer<Float>

  /// Reads a kernel's memory.
  ///
  /// - Throws: `BackendError` if it has no weight.
  init(_ memory: KernelMemory) throws {
    guard let weight = memory.weight else { throw BackendError.unboundKernel }
    self.weight = UnsafePointer(weight.assumingMemoryBound(to: Float.self))
    input = UnsafePointer(memory.input.assumingMemoryBound(to: Float.self))
    output = memory.output.assumingMemoryBound(to: Float.self)
    inputGradient = memory.inputGradient?.assumingMemoryBound(to: Float.self)
    outputGradient = memory.outputGradient?.assumingMemoryBound(to: Float.self)
    bias = memory.bias.map { UnsafePointer($0.assumingMemoryBound(to: Float.self)) }
    weightGradient = memory.weightGradient?.assumingMemoryBound(to: Float.self)
    biasGradient = memory.biasGradient?.assumingMemoryBound(to: Float.self)
    scratch = memory.scratch.assumingMemoryBound(to: Float.self)
  }
}

extension BackendError {
  /// A pass was requested that the kernel's memory or request does not allow.
  static let unboundKernel = BackendError.unboundMemory(
    reason: "a kernel was run without the memory that the pass needs")
}
/// The passes of a layer with parameters: loops over its memory, one after the other.
///
/// A pass without memory for its result is nil.
struct LayerPasses {
  let forward: [ParallelLoop]
  let parameterGradients: [ParallelLoop]?
  let inputGradient: [ParallelLoop]?

  /// Runs the loops of a pass.
  ///
  /// - Throws: `BackendError` if there are none, since the kernel lacks the memory.
  static func run(_ pass: [ParallelLoop]?) throws {
    guard let pass else { throw BackendError.unboundKernel }
    for loop in pass { loop.run() }
  }
}
