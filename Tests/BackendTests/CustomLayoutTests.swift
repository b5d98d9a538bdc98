import Backends
import Operations
import Tensors
import Testing

@Suite("Layouts of other packages")
struct CustomLayoutTests {
  /// Channels in runs of a length that no built-in backend uses.
  private struct Runs: ChannelRunOrder {
    static let lanes = 3
    var channelLanes: Int? { Self.lanes }
    var description: String { "runs of 3 channels" }

    func isEqual(to other: any ElementOrder) -> Bool { other is Runs }

    func layout(_ shape: Shape, _ elementType: ElementType) throws -> Layout {
      let runs = (shape[1] + Self.lanes - 1) / Self.lanes
      let count = shape[0] * runs * Self.lanes * shape[2] * shape[3]
      return Layout(
        shape: shape, elementType: elementType, byteCount: count * elementType.byteCount, order: self)
    }
  }

  /// The offset of each element of a plain tensor.
  private func offsets(_ shape: Shape) -> [Int] {
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    let runs = (channels + Runs.lanes - 1) / Runs.lanes
    return (0..<shape.elementCount).map { element in
      let (image, channel) = (element / pixels / channels, element / pixels % channels)
      let run = image * runs + channel / Runs.lanes
      return (run * pixels + element % pixels) * Runs.lanes + channel % Runs.lanes
    }
  }

  @Test("common max pooling reads and writes a custom order of channels in runs")
  func pooling() throws {
    let shape: Shape = [2, 5, 4, 4]
    let geometry = try PoolingGeometry(input: shape, window: SlidingWindow(kernel: 2, stride: 2))
    let numbers = (0..<shape.elementCount).map { Float($0 * 37 % 101) }
    func outputs(_ input: Layout, at offsets: [Int]) throws -> (layout: Layout, numbers: [Float]) {
      let request = KernelRequest(
        operation: .maxPooling(geometry), input: input, precision: .float32, isTraining: false,
        needsInputGradient: false, layerIndex: 0, threads: ThreadPool(count: 1))
      let kernel = try Common.maxPooling().function(request, geometry)
      let layout = kernel.requirements.output
      let (source, output) = (
        try AlignedBuffer(byteCount: input.byteCount), try AlignedBuffer(byteCount: layout.byteCount)
      )
      let empty = try AlignedBuffer(byteCount: kernel.requirements.scratchByteCount)
      for (offset, number) in zip(offsets, numbers) {
        source.baseAddress.storeBytes(of: number, toByteOffset: 4 * offset, as: Float.self)
      }
      try kernel.bind(
        KernelMemory(
          input: source.baseAddress, output: output.baseAddress, inputGradient: nil, outputGradient: nil,
          parameters: [], parameterGradients: [], saved: empty.baseAddress, scratch: empty.baseAddress,
          packed: empty.baseAddress))
      try kernel.forward(RunContext())
      let stored = (0..<layout.storedCount).map {
        output.baseAddress.load(fromByteOffset: 4 * $0, as: Float.self)
      }
      return (layout, stored)
    }
    let plain = try outputs(Layout(plain: shape, .float32), at: Array(0..<shape.elementCount))
    let runs = try outputs(Runs().layout(shape, .float32), at: offsets(shape))
    #expect(try runs.layout == Runs().layout(geometry.outputShape, .float32))
    #expect(offsets(geometry.outputShape).map { runs.numbers[$0] } == plain.numbers)
  }

  @Test("a row that supports only plain inputs rejects the order by name")
  func plainOnly() throws {
    let shape: Shape = [1, 5, 2, 2]
    let request = KernelRequest(
      operation: .relu(shape), input: try Runs().layout(shape, .float32), precision: .float32,
      isTraining: false, needsInputGradient: false, layerIndex: 0, threads: ThreadPool(count: 1))
    let error = #expect(throws: BackendError.self) { try request.requirePlainInput() }
    #expect(error.map { "\($0)" }?.contains("runs of 3 channels") == true)
  }
}
