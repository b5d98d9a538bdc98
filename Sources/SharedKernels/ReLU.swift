import Backends
import CKernels
import Operations
import Tensors

/// max(x, 0) in float32 over memory of any layout; NaN is kept.
public final class ReLU: Kernel {
  /// What it needs and gives.
  public let requirements: KernelRequirements
  private let rectifier: Rectifier
  private var memory: KernelMemory?

  /// Makes the kernel; the output has the input's layout.
  public init(layout: Layout, threads: ThreadPool) {
    rectifier = Rectifier(count: layout.storedCount, threads: threads)
    requirements = KernelRequirements(
      output: layout, placement: .mayOverwriteInput, readsOutputInBackward: true, implementation: "ReLU")
  }

  /// Takes the memory that it will work on.
  public func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  public func forward(_ pass: Pass) {
    guard let memory else { return }
    rectifier.rectify(memory.input, into: memory.output)
  }

  /// Computes the gradient of the input from that of the output.
  public func inputGradient(_ pass: Pass) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    rectifier.maskGradient(outputGradient, byOutput: memory.output, into: inputGradient)
  }
}

/// The loops of ReLU, which a kernel that fuses it runs over its own output.
public struct Rectifier: Sendable {
  private let count: Int
  private let threads: ThreadPool

  /// Makes the loops over a number of floats, padding included.
  public init(count: Int, threads: ThreadPool) {
    self.count = count
    self.threads = threads
  }

  /// Computes the output; it may lie where the input does.
  public func rectify(_ input: UnsafeMutableRawPointer, into output: UnsafeMutableRawPointer) {
    let x = input.assumingMemoryBound(to: Float.self)
    let y = output.assumingMemoryBound(to: Float.self)
    threads.forEachChunk(count) { range in
      ck_relu(x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }

  /// Passes the gradient where the output is positive or NaN; the gradients may lie in the same place.
  public func maskGradient(
    _ outputGradient: UnsafeMutableRawPointer, byOutput output: UnsafeMutableRawPointer,
    into inputGradient: UnsafeMutableRawPointer
  ) {
    let y = output.assumingMemoryBound(to: Float.self)
    let dy = outputGradient.assumingMemoryBound(to: Float.self)
    let dx = inputGradient.assumingMemoryBound(to: Float.self)
    threads.forEachChunk(count) { range in
      ck_relu_gradient(
        y + range.lowerBound, dy + range.lowerBound, dx + range.lowerBound, range.count)
    }
  }
}
