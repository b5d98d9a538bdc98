import Backends
import Operations
import Tensors

/// A max pooling by its definition, which can be wrong about what is larger.
final class NaiveMaxPooling: Kernel {
  /// The ordering of elements.
  struct Rule: Sendable {
    /// The initial value of every window.
    var start = -Float.infinity
    /// Whether a later element wins over the largest so far.
    var wins: @Sendable (_ candidate: Float, _ largest: Float) -> Bool = { $0 > $1 || $0.isNaN }
  }

  let requirements: KernelRequirements
  private let geometry: PoolingGeometry
  private let rule: Rule
  private var memory: KernelMemory?
  private var winners: [Int?] = []

  /// Makes the kernel; nil for other operations.
  init?(_ request: KernelRequest, _ rule: Rule) {
    guard case .maxPooling(let geometry) = request.operation else { return nil }
    self.geometry = geometry
    self.rule = rule
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, .float32), implementation: "naive")
  }

  func bind(_ memory: KernelMemory) { self.memory = memory }

  func forward(_ context: RunContext) {
    guard let memory else { return }
    let x = memory.input.assumingMemoryBound(to: Float.self)
    let y = memory.output.assumingMemoryBound(to: Float.self)
    winners = (0..<geometry.outputShape.elementCount).map { element in
      let indices = indices(of: element)
      var winner = rule.start == -.infinity ? indices.first : nil
      var largest = rule.start
      for index in indices where rule.wins(x[index], largest) {
        largest = x[index]
        winner = index
      }
      y[element] = largest
      return winner
    }
  }

  func inputGradient(_ context: RunContext) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    let dx = inputGradient.assumingMemoryBound(to: Float.self)
    let dy = outputGradient.assumingMemoryBound(to: Float.self)
    for index in 0..<geometry.inputShape.elementCount { dx[index] = 0 }
    for (element, winner) in winners.enumerated() {
      if let winner { dx[winner] += dy[element] }
    }
  }

  /// The indices of the input that a window covers, in row-major order.
  private func indices(of element: Int) -> [Int] {
    let window = geometry.window
    let plane = element / geometry.output.area * geometry.input.area
    let top =
      element / geometry.output.width % geometry.output.height * window.stride.height - window.padding.top
    let left = element % geometry.output.width * window.stride.width - window.padding.left
    return (0..<window.kernel.area).compactMap { tap in
      let row = top + tap / window.kernel.width * window.dilation.height
      let column = left + tap % window.kernel.width * window.dilation.width
      guard (0..<geometry.input.height).contains(row), (0..<geometry.input.width).contains(column) else {
        return nil
      }
      return plane + row * geometry.input.width + column
    }
  }
}
