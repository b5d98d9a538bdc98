import BackendConformance
import Backends
import Synchronization
import Testing

@Suite("A backend that mishandles memory is caught")
struct WrongMemoryTests {
  @Test("one output row that is not written")
  func unwrittenRow() {
    expectCaught(by: .exactIntegers, "convolution", "NaN instead of ") { backend in
      backend.spoil = { call in
        guard call.stage == .forward, let width = call.convolution?.output.width else {
          return try call.proceed()
        }
        let row = Array(call.output.suffix(width))
        try call.proceed()
        for (index, element) in zip(call.output.indices.suffix(width), row) { call.output[index] = element }
      }
    }
  }

  @Test("a weight gradient of leftover memory, where a column of the kernel meets only padding")
  func unwrittenPadding() {
    expectCaught(by: .exactIntegers, "weight gradient: at [", "NaN instead of 0.0") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .parameterGradients, let geometry = call.convolution,
          let gradient = call.weightGradient
        else { return }
        let (window, stride) = (geometry.window, geometry.window.stride.width)
        let remainders = Set((0..<geometry.input.width).map { (window.padding.left + $0) % stride })
        for index in gradient.indices {
          let column = index % window.kernel.width * window.dilation.width
          if !remainders.contains(column % stride) { gradient[index] = .nan }
        }
      }
    }
  }

  @Test("a forward pass that changes its input")
  func changedInput() {
    expectCaught(by: .exactIntegers, "the forward pass changed the input") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .forward { call.input[0] += 1 }
      }
    }
  }

  @Test("a backward pass that changes the weights")
  func changedWeights() {
    expectCaught(by: .exactIntegers, "gradients changed the parameters") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .parameterGradients { call.weight?[0] += 1 }
      }
    }
  }

  @Test("a read beyond the end of the input, even if it is multiplied by 0")
  func readBeyondEnd() {
    expectCaught(by: .exactIntegers, "convolution", ", output: at [", "NaN instead of ") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, call.convolution != nil else { return }
        call.output[0] += 0 * call.memory.input.load(fromByteOffset: 4 * call.input.count, as: Float.self)
      }
    }
  }

  @Test("a write beyond the end of the output")
  func writeBeyondEnd() {
    expectCaught(by: .exactIntegers, "wrote beyond the end") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward else { return }
        (call.memory.output + 4 * call.output.count).storeBytes(of: 0, as: Float.self)
      }
    }
  }

  @Test("an output that is added to the old values")
  func accumulatedOutput() {
    expectAccumulationCaught("output", in: .forward) { $0.output }
  }

  @Test("an input gradient that is added to the old values")
  func accumulatedInputGradient() {
    expectAccumulationCaught("input gradient", in: .inputGradient) { $0.inputGradient }
  }

  @Test("a weight gradient that is added to the old values")
  func accumulatedWeightGradient() {
    expectAccumulationCaught("weight gradient", in: .parameterGradients) { $0.weightGradient }
  }

  private func expectAccumulationCaught(
    _ name: String, in stage: KernelCall.Stage,
    _ numbers: @escaping @Sendable (KernelCall) -> KernelCall.Numbers?
  ) {
    expectCaught(by: .exactIntegers, "\(name): at [", "NaN instead of") { backend in
      backend.spoil = { call in
        let before = numbers(call).map(Array.init) ?? []
        try call.proceed()
        guard call.stage == stage else { return }
        for (index, element) in before.enumerated() { numbers(call)?[index] += element }
      }
    }
  }

  @Test("packed weights that are not renewed when the parameters change")
  func staleWeights() {
    let packed = Packed()
    expectCaught(by: .exactIntegers, "output: at [") { backend in
      backend.spoil = { call in
        guard call.stage == .forward, let weight = call.weight else { return try call.proceed() }
        let first = packed.first(at: call.memory.scratch, Array(weight))
        try call.proceed(while: weight) { _ = $0.update(fromContentsOf: first) }
      }
    }
  }

  /// The weights that each kernel saw first; kernels are distinguished by their memory.
  private final class Packed: Sendable {
    private let weights = Mutex<[UInt: [Float]]>([:])

    func first(at address: UnsafeMutableRawPointer, _ current: [Float]) -> [Float] {
      let key = UInt(bitPattern: address)
      return weights.withLock { weights in
        // A new kernel may get the memory of a deallocated one.
        if let first = weights[key], first.count == current.count { return first }
        weights[key] = current
        return current
      }
    }
  }

  @Test("a result that differs now and then")
  func race() {
    let calls = Mutex(0)
    expectCaught(by: .repeatability, "has other bits") { backend in
      backend.spoil = { call in
        try call.proceed()
        let count = calls.withLock { calls in
          calls += 1
          return calls
        }
        guard call.stage == .parameterGradients, count % 7 == 0, let gradient = call.weightGradient?.first
        else {
          return
        }
        call.weightGradient?[0] = gradient.nextUp
      }
    }
  }

  @Test("images that are lost with more threads than two")
  func lostImages() {
    expectCaught(by: .threadCounts, "4 threads", "weight gradient") { backend in
      backend.spoil = { call in
        let isLost = call.threads.count == 4 && call.stage == .parameterGradients
        try call.proceed(while: isLost ? call.outputGradient : nil) { $0[0] += 1 }
      }
    }
  }

  @Test("a reorder that drops the last element")
  func shortReorder() {
    expectCaught(by: .reorders, "NaN instead of") { backend in
      backend.layout = { Layout(plain: [$0.shape.elementCount - 1], $0.elementType) }
    }
  }

  @Test("a prepared reorder that moves nothing")
  func emptyReorder() {
    final class Nothing: Reorder {
      func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) {}
    }
    expectCaught(by: .reorders, "prepared reorder", "NaN instead of") { $0.prepared = { _ in Nothing() } }
  }

  @Test("weights that are packed into memory that all kernels share")
  func sharedWeights() {
    expectCaught(by: .exactIntegers, "output: at [") { backend in
      backend.requirements = { requirements in
        var requirements = requirements
        requirements.scratchByteCount += 1 << 22
        return requirements
      }
      backend.parametersChanged = { request, memory in
        guard case .convolution(let geometry, _) = request.operation, let weight = memory.weight else {
          return
        }
        let byteCount = 4 * geometry.weightShape.elementCount
        (memory.scratch + (1 << 21)).copyMemory(from: weight, byteCount: byteCount)
      }
      backend.spoil = { call in
        guard call.stage == .forward, call.convolution != nil, let weight = call.weight else {
          return try call.proceed()
        }
        let packed = (call.memory.scratch + (1 << 21)).assumingMemoryBound(to: Float.self)
        try call.proceed(while: weight) { weight in
          for index in weight.indices { weight[index] = packed[index] }
        }
      }
    }
  }

  @Test("an update that does not reach the last element")
  func shortUpdate() {
    expectCaught(by: .gradientDescent, "weights after five steps") { backend in
      backend.step = { step in
        var step = step
        step.layout = Layout(plain: [max(step.layout.storedCount - 1, 1)], .float32)
        return step
      }
    }
  }
}
