import Backends
import Operations
import Tensors

/// A convolution by its definition, in all passes, whose indexing can be wrong.
final class NaiveConvolution: Kernel {
  /// The input index of a tap of an output.
  struct Indexing: Sendable {
    var row: @Sendable (_ output: Int, _ tap: Int, ConvolutionGeometry) -> Int = { output, tap, geometry in
      let window = geometry.window
      return output * window.stride.height - window.padding.top + tap * window.dilation.height
    }
    var column: @Sendable (_ output: Int, _ tap: Int, ConvolutionGeometry) -> Int = { output, tap, geometry in
      let window = geometry.window
      return output * window.stride.width - window.padding.left + tap * window.dilation.width
    }
    var channel: @Sendable (_ output: Int, _ input: Int, ConvolutionGeometry) -> Int = {
      output, input, geometry in
      output / geometry.outputChannelsPerGroup * geometry.inputChannelsPerGroup + input
    }
  }

  let requirements: KernelRequirements
  private let geometry: ConvolutionGeometry
  private let indexing: Indexing
  private var memory: KernelMemory?

  /// Makes the kernel; nil for other operations, or a convolution with an activation.
  init?(_ request: KernelRequest, _ indexing: Indexing) {
    guard case .convolution(let geometry, nil) = request.operation else { return nil }
    self.geometry = geometry
    self.indexing = indexing
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, .float32),
      parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
      readsInputInBackward: true, implementation: "naive")
  }

  func bind(_ memory: KernelMemory) { self.memory = memory }

  func forward(_ context: RunContext) {
    guard let memory, let weight = memory.weight else { return }
    let (x, y, w) = (floats(memory.input), floats(memory.output), floats(weight))
    let b = memory.bias.map(floats)
    for element in 0..<geometry.outputShape.elementCount {
      y[element] = b?[element / geometry.output.area % geometry.outputChannels] ?? 0
    }
    forEachTerm { output, input, weight in y[output] += x[input] * w[weight] }
  }

  func parameterGradients(_ context: RunContext) {
    guard let memory, let outputGradient = memory.outputGradient, let weightGradient = memory.weightGradient
    else { return }
    let (x, dy, dw) = (floats(memory.input), floats(outputGradient), floats(weightGradient))
    for element in 0..<geometry.weightShape.elementCount { dw[element] = 0 }
    forEachTerm { output, input, weight in dw[weight] += x[input] * dy[output] }
    guard let db = memory.biasGradient.map(floats) else { return }
    for channel in 0..<geometry.outputChannels { db[channel] = 0 }
    for element in 0..<geometry.outputShape.elementCount {
      db[element / geometry.output.area % geometry.outputChannels] += dy[element]
    }
  }

  func inputGradient(_ context: RunContext) {
    guard let memory, let weight = memory.weight, let inputGradient = memory.inputGradient,
      let outputGradient = memory.outputGradient
    else { return }
    let (dx, dy, w) = (floats(inputGradient), floats(outputGradient), floats(weight))
    for element in 0..<geometry.inputShape.elementCount { dx[element] = 0 }
    forEachTerm { output, input, weight in dx[input] += w[weight] * dy[output] }
  }

  /// Calls a function with the indices of the output, the input and the weight of each product.
  private func forEachTerm(_ body: (_ output: Int, _ input: Int, _ weight: Int) -> Void) {
    let kernel = geometry.window.kernel
    for output in 0..<geometry.outputShape.elementCount {
      let w = output % geometry.output.width
      let h = output / geometry.output.width % geometry.output.height
      let o = output / geometry.output.area % geometry.outputChannels
      let n = output / geometry.output.area / geometry.outputChannels
      for weight in 0..<geometry.inputChannelsPerGroup * kernel.area {
        let c = indexing.channel(o, weight / kernel.area, geometry)
        let row = indexing.row(h, weight / kernel.width % kernel.height, geometry)
        let column = indexing.column(w, weight % kernel.width, geometry)
        guard (0..<geometry.input.height).contains(row), (0..<geometry.input.width).contains(column) else {
          continue
        }
        let plane = n * geometry.inputChannels + c
        body(
          output, plane * geometry.input.area + row * geometry.input.width + column,
          o * geometry.inputChannelsPerGroup * kernel.area + weight)
      }
    }
  }

  private func floats(_ address: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Float> {
    address.assumingMemoryBound(to: Float.self)
  }
}
