import Backends
import Operations
import Tensors

/// The parameters of a network in their kernels' layouts, with what training keeps for each.
final class ParameterStore {
  /// One parameter.
  struct Parameter {
    /// The dotted name: `net.0.0.weight`.
    let name: String
    /// What is known of it.
    let specification: ParameterSpecification
    /// How it lies in memory.
    let layout: Layout
    /// Where it begins in each of the buffers.
    let offset: Int
    /// Where its gradient of one micro-batch begins among those of its stage.
    let pieceOffset: Int
  }

  /// All parameters, in the model's order.
  let parameters: [Parameter]
  /// Counts the changes of the values, so that kernels know when to pack them anew.
  private(set) var version = 0
  private let stageRanges: [Range<Int>]
  private let valueBuffer: AlignedBuffer
  private let gradientBuffer: AlignedBuffer?
  private let pieceBuffer: AlignedBuffer?
  private let velocityBuffer: AlignedBuffer?

  /// - Parameters:
  ///   - stages: The stages and the layouts of their parameters.
  ///   - options: Whether there are gradients and velocities.
  /// - Throws: `OutOfMemory`.
  init(_ stages: [(stage: Stage, layouts: [Layout])], options: NetworkOptions) throws {
    var parameters: [Parameter] = []
    var ranges: [Range<Int>] = []
    var offset = 0
    var largestStage = 0
    for (stage, layouts) in stages {
      let first = parameters.count
      var pieceOffset = 0
      for (specification, layout) in zip(stage.operation.parameters, layouts) {
        parameters.append(
          Parameter(
            name: "\(stage.name).\(specification.role.rawValue)", specification: specification,
            layout: layout,
            offset: offset, pieceOffset: pieceOffset))
        let length = (layout.byteCount + AlignedBuffer.alignment - 1) / AlignedBuffer.alignment
        offset += length * AlignedBuffer.alignment
        pieceOffset += length * AlignedBuffer.alignment
      }
      ranges.append(first..<parameters.count)
      largestStage = max(largestStage, pieceOffset)
    }
    self.parameters = parameters
    stageRanges = ranges
    valueBuffer = try AlignedBuffer(byteCount: offset)
    gradientBuffer = options.isTraining ? try AlignedBuffer(byteCount: offset) : nil
    pieceBuffer = options.isTraining ? try AlignedBuffer(byteCount: largestStage) : nil
    velocityBuffer = options.isTraining && options.hasMomentum ? try AlignedBuffer(byteCount: offset) : nil
  }

  /// Bytes of values, gradients and velocities.
  var byteCount: Int {
    [valueBuffer, gradientBuffer, pieceBuffer, velocityBuffer].reduce(0) { $0 + ($1?.byteCount ?? 0) }
  }

  /// Whether there are velocities.
  var hasVelocities: Bool { velocityBuffer != nil }

  /// The values of a parameter.
  func value(_ parameter: Parameter) -> UnsafeMutableRawPointer {
    valueBuffer.baseAddress + parameter.offset
  }

  /// The gradient of a parameter, over the whole batch; nil without training.
  func gradient(_ parameter: Parameter) -> UnsafeMutableRawPointer? {
    gradientBuffer.map { $0.baseAddress + parameter.offset }
  }

  /// The velocity of a parameter; nil without momentum.
  func velocity(_ parameter: Parameter) -> UnsafeMutableRawPointer? {
    velocityBuffer.map { $0.baseAddress + parameter.offset }
  }

  /// The values of a stage's parameters, for its kernel.
  func values(ofStage stage: Int) -> [UnsafeMutableRawPointer] {
    parameters[stageRanges[stage]].map(value)
  }

  /// Where a stage's kernel writes the gradients of one micro-batch; all stages share the place.
  func pieceGradients(ofStage stage: Int) -> [UnsafeMutableRawPointer] {
    guard let pieceBuffer else { return [] }
    return parameters[stageRanges[stage]].map { pieceBuffer.baseAddress + $0.pieceOffset }
  }

  /// Sets the gradients of the whole batch to zero.
  func clearGradients() {
    guard let gradientBuffer else { return }
    gradientBuffer.baseAddress.initializeMemory(as: UInt8.self, repeating: 0, count: gradientBuffer.byteCount)
  }

  /// Adds the gradients that a stage's kernel has written to those of the whole batch.
  func accumulate(stage: Int, on backend: any Backend) {
    guard let pieceBuffer else { return }
    for index in stageRanges[stage] {
      let parameter = parameters[index]
      guard let gradient = gradient(parameter) else { continue }
      backend.accumulate(pieceBuffer.baseAddress + parameter.pieceOffset, into: gradient, parameter.layout)
    }
  }

  /// Notes that the values have changed.
  func valuesChanged() {
    version += 1
  }
}
