import Backends
import Operations
import Tensors

/// One pass of a float32 kernel with plain layouts, and the memory that it is about to work on.
struct KernelCall {
  enum Stage: Sendable {
    case forward, activationGradient, parameterGradients, inputGradient
  }

  typealias Numbers = UnsafeMutableBufferPointer<Float>

  let stage: Stage
  let context: RunContext
  let request: KernelRequest
  let memory: KernelMemory
  let threads: ThreadPool
  let original: (RunContext) throws -> Void

  /// Runs the pass correctly.
  func proceed() throws { try original(context) }

  /// Runs the pass with another context.
  func proceed(_ change: (inout RunContext) -> Void) throws {
    var context = context
    change(&context)
    try original(context)
  }

  /// Runs the pass while some numbers are changed.
  func proceed(while numbers: Numbers?, _ change: (Numbers) -> Void) throws {
    guard let numbers else { return try proceed() }
    let before = Array(numbers)
    change(numbers)
    try proceed()
    _ = numbers.update(fromContentsOf: before)
  }

  var operation: TensorOperation { request.operation }

  var convolution: ConvolutionGeometry? {
    if case .convolution(let geometry, _) = operation { geometry } else { nil }
  }

  var input: Numbers { numbers(memory.input, request.operation.inputShape) }
  var output: Numbers { numbers(memory.output, request.operation.outputShape) }
  var inputGradient: Numbers? { memory.inputGradient.map { numbers($0, operation.inputShape) } }
  var outputGradient: Numbers? { memory.outputGradient.map { numbers($0, operation.outputShape) } }
  var weight: Numbers? { memory.weight.map { numbers($0, operation.parameters[0].shape) } }
  var bias: Numbers? { memory.bias.map { numbers($0, operation.parameters[1].shape) } }
  var weightGradient: Numbers? { memory.weightGradient.map { numbers($0, operation.parameters[0].shape) } }
  var biasGradient: Numbers? { memory.biasGradient.map { numbers($0, operation.parameters[1].shape) } }

  private func numbers(_ address: UnsafeMutableRawPointer, _ shape: Shape) -> Numbers {
    Numbers(start: address.assumingMemoryBound(to: Float.self), count: shape.elementCount)
  }
}

extension KernelCall.Numbers {
  /// Replaces each number.
  func change(_ transform: (Float) -> Float) {
    for index in indices { self[index] = transform(self[index]) }
  }
}
