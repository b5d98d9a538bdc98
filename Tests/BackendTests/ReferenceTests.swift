import BackendConformance
import Backends
import Operations
import ReferenceBackend
import Tensors
import Testing

@Suite("The reference")
struct ReferenceTests {
  @Test("gives the same bits with any number of threads")
  func threadsChangeNothing() throws {
    let geometry = try ConvolutionGeometry(
      input: [3, 4, 11, 13], outputChannels: 6, window: SlidingWindow(kernel: 3, padding: 1), groups: 2)
    func wave(_ shape: Shape) -> Tensor<Double> {
      Tensor(
        shape: shape, elements: (0..<shape.elementCount).map { Double(Float(1) / Float($0 % 37 + 3)) - 0.1 })
    }
    let operation = TensorOperation.convolution(geometry, activation: .relu)
    let kernelCase = KernelCase(
      operation, input: wave(geometry.inputShape), parameters: operation.parameters.map { wave($0.shape) },
      outputGradient: wave(geometry.outputShape))
    let outcomes = try (1...4).map { count in
      try KernelHarness(Reference(threads: ThreadPool(count: count))).run(kernelCase).tensors.map(\.values)
    }
    #expect(outcomes.allSatisfy { $0 == outcomes[0] })
  }

  @Test("pools windows that extend beyond the input as PyTorch's ceil_mode does")
  func averageAtTheEnd() throws {
    let window = try SlidingWindow(
      kernel: Extent2D(1, 3), stride: Extent2D(1, 3), padding: Padding(left: 1, right: 1))
    let geometry = try PoolingGeometry(input: [1, 1, 1, 6], window: window, roundsUp: true)
    let input = Tensor<Double>(shape: [1, 1, 1, 6], elements: [6, 12, 18, 24, 30, 36])
    func means(countsPadding: Bool) throws -> [Double] {
      let operation = TensorOperation.averagePooling(geometry, countsPadding: countsPadding)
      let kernelCase = KernelCase(operation, use: .prediction, input: input)
      return try KernelHarness(Reference()).run(kernelCase).values(.output)?.elements ?? []
    }
    #expect(try means(countsPadding: true) == [6, 24, 18])
    #expect(try means(countsPadding: false) == [9, 24, 36])
  }

  @Test("declares its limitations, without integer overflow")
  func declaresLimits() throws {
    let reference = Reference()
    #expect(reference.limitation(of: .relu([2, 3]), precision: .bfloat16) != nil)
    #expect(reference.limitation(of: .flatten([Int.max, 3, 4, 5]), precision: .float32) != nil)
    #expect(reference.limitation(of: .flatten([]), precision: .float32) != nil)
    #expect(reference.limitation(of: .dropout([2, 3], probability: 1.5), precision: .float32) != nil)
    #expect(reference.limitation(of: .dropout([2, 3], probability: 0.5), precision: .float64) == nil)
  }

  @Test("rejects an input that is not in the requested precision")
  func refusesOtherLayouts() throws {
    let request = KernelRequest(
      operation: .relu([2, 3]), input: Layout(plain: [2, 3], .float64), precision: .float32,
      isTraining: false, needsInputGradient: false, layerIndex: 0, threads: ThreadPool(count: 1))
    let error = #expect(throws: BackendError.self) { try Reference().makeKernel(for: request) }
    guard case .unsupportedLayout = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
