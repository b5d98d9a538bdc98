import BackendConformance
import Backends
import Operations
import ReferenceBackend
import Tensors
import Testing

@Suite("A wrong Winograd is caught")
struct WrongWinogradTests {
  /// Spoils kernels of Winograd's algorithm that are added to the reference's direct ones.
  private func expectCaught(
    by check: Conformance.Check, at location: SourceLocation = #_sourceLocation,
    _ spoil: @escaping @Sendable (WinogradKernel) -> Void
  ) {
    BackendTests.expectCaught(by: check, at: location) { backend in
      let plain: @Sendable (Shape, Layout) -> Layout = { Layout(plain: $0, $1.elementType) }
      let right = Winograd.convolution(output: plain)
      backend.convolutions = [
        .direct: Reference().table.convolution[0].value,
        .winograd: .init("wrong", "tiles") { request, geometry, activation in
          let kernel = WinogradKernel(try right.function(request, geometry, activation), geometry)
          spoil(kernel)
          return kernel
        },
      ]
    }
  }

  @Test("a weight that is not transformed again")
  func staleWeight() {
    expectCaught(by: .exactIntegers) { $0.transformsOnce = true }
  }

  @Test("a border tile that is omitted, in each pass", arguments: KernelCall.Stage.ofConvolution)
  func missingBorder(stage: KernelCall.Stage) {
    expectCaught(by: .randomNumbers) { $0.forgetsBorder = stage }
  }

  @Test("a transposed kernel", arguments: [KernelCall.Stage.forward, .parameterGradients])
  func transposed(stage: KernelCall.Stage) {
    expectCaught(by: .randomNumbers) { $0.transposes = stage }
  }

  @Test("an error of a thousandth")
  func smallError() {
    expectCaught(by: .randomNumbers) { $0.factor = 1.001 }
  }

  @Test("NaN that becomes a number")
  func swallowedNaN() {
    expectCaught(by: .nonFiniteSums) { $0.swallowsNaN = true }
  }
}

extension KernelCall.Stage {
  fileprivate static let ofConvolution: [KernelCall.Stage] = [.forward, .parameterGradients, .inputGradient]
}

/// A kernel of Winograd's algorithm with a mistake.
private final class WinogradKernel: Kernel {
  var transformsOnce = false
  var forgetsBorder: KernelCall.Stage?
  var transposes: KernelCall.Stage?
  var factor: Float = 1
  var swallowsNaN = false
  private let kernel: any Kernel
  private let geometry: ConvolutionGeometry
  private var memory: KernelMemory?
  private var hasTransformed = false

  init(_ kernel: any Kernel, _ geometry: ConvolutionGeometry) {
    self.kernel = kernel
    self.geometry = geometry
  }

  var requirements: KernelRequirements { kernel.requirements }

  func bind(_ memory: KernelMemory) throws {
    self.memory = memory
    try kernel.bind(memory)
  }

  func parametersChanged() throws {
    guard !(transformsOnce && hasTransformed) else { return }
    hasTransformed = true
    guard transposes == .forward, let weight = memory?.weight else {
      return try kernel.parametersChanged()
    }
    transposeKernels(weight)
    try kernel.parametersChanged()
    transposeKernels(weight)
  }

  func forward(_ context: RunContext) throws {
    try kernel.forward(context)
    guard let memory else { return }
    let output = floats(memory.output, geometry.outputShape)
    if forgetsBorder == .forward { clearLastColumn(output, width: geometry.output.width) }
    for index in output.indices {
      output[index] *= factor
      if swallowsNaN, output[index].isNaN { output[index] = 0 }
    }
  }

  func activationGradient(_ context: RunContext) throws {
    try kernel.activationGradient(context)
  }

  func parameterGradients(_ context: RunContext) throws {
    guard let memory, let outputGradient = memory.outputGradient else {
      return try kernel.parameterGradients(context)
    }
    let gradient = floats(outputGradient, geometry.outputShape)
    let kept = Array(gradient)
    if forgetsBorder == .parameterGradients { clearLastColumn(gradient, width: geometry.output.width) }
    try kernel.parameterGradients(context)
    for (index, value) in kept.enumerated() { gradient[index] = value }
    if transposes == .parameterGradients, let weight = memory.weightGradient { transposeKernels(weight) }
  }

  func inputGradient(_ context: RunContext) throws {
    try kernel.inputGradient(context)
    guard forgetsBorder == .inputGradient, let gradient = memory?.inputGradient else { return }
    clearLastColumn(floats(gradient, geometry.inputShape), width: geometry.input.width)
  }

  private func floats(_ memory: UnsafeMutableRawPointer, _ shape: Shape) -> UnsafeMutableBufferPointer<Float>
  {
    UnsafeMutableBufferPointer(
      start: memory.assumingMemoryBound(to: Float.self), count: shape.elementCount)
  }

  private func clearLastColumn(_ planes: UnsafeMutableBufferPointer<Float>, width: Int) {
    for index in stride(from: width - 1, to: planes.count, by: width) { planes[index] = 0 }
  }

  /// Transposes square kernels.
  private func transposeKernels(_ weight: UnsafeMutableRawPointer) {
    let (height, width) = (geometry.window.kernel.height, geometry.window.kernel.width)
    guard height == width else { return }
    let weights = floats(weight, geometry.weightShape)
    for kernel in stride(from: 0, to: weights.count, by: height * width) {
      for row in 0..<height {
        for column in 0..<row { weights.swapAt(kernel + row * width + column, kernel + column * width + row) }
      }
    }
  }
}
