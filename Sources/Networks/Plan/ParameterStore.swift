import Backends
import Layers
import Operations
import Tensors

/// A parameter of a network, in its kernel's layout.
struct Parameter {
  /// The dotted name: `net.0.0.weight`.
  let name: String
  /// Role, plain shape and fans.
  let specification: ParameterSpecification
  /// How the elements are stored.
  let layout: Layout
  /// The offset in the buffers of values, gradients and velocities.
  let offset: Int
  /// The offset of its gradient of one micro-batch among those of its layer.
  let microBatchOffset: Int

  /// The first byte after it, rounded up.
  var end: Int { offset + AlignedBuffer.rounded(layout.byteCount) }

  /// The parameters of a layer, stored one after the other.
  static func all(of layer: ResolvedLayer, layouts: [Layout], from start: Int) -> [Parameter] {
    var parameters: [Parameter] = []
    for (specification, layout) in zip(layer.operation.parameters, layouts) {
      let offset = parameters.last?.end ?? start
      parameters.append(
        Parameter(
          name: layer.parameterName(specification), specification: specification, layout: layout,
          offset: offset, microBatchOffset: offset - start))
    }
    return parameters
  }
}

/// A tensor that a layer keeps from step to step beside its parameters, plain.
struct LayerState {
  /// The dotted name: `net.0.1.running_mean`.
  let name: String
  /// Shape, first value, and whether it counts.
  let specification: StateSpecification
  /// How the elements are stored.
  let layout: Layout
  /// The offset in the buffer of all state.
  let offset: Int

  /// The first byte after it, rounded up.
  var end: Int { offset + AlignedBuffer.rounded(layout.byteCount) }

  /// The state of a layer, stored one after the other.
  static func all(of layer: ResolvedLayer, precision: Precision, from start: Int) -> [LayerState] {
    var states: [LayerState] = []
    for specification in layer.operation.state {
      let type = specification.isCount ? ElementType.int64 : precision.parameterType
      states.append(
        LayerState(
          name: specification.name(ofLayer: layer.name), specification: specification,
          layout: Layout(plain: specification.shape, type), offset: states.last?.end ?? start))
    }
    return states
  }
}

/// The memory of a network's parameters, with what training keeps for each, and of its state.
final class ParameterStore {
  /// All parameters, in the model's order.
  let parameters: [Parameter]
  /// The state of all layers, in the model's order.
  let states: [LayerState]
  /// Counts the changes of the values, so that kernels know when to pack them anew.
  private(set) var version = 0
  private let values: AlignedBuffer
  private let gradients: AlignedBuffer?
  /// The gradients of one micro-batch, of one layer at a time.
  private let microBatchGradients: AlignedBuffer?
  private let velocities: AlignedBuffer?
  private let stateValues: AlignedBuffer

  /// - Parameters:
  ///   - parameters: All parameters, with their offsets.
  ///   - states: The state of all layers, likewise.
  ///   - options: Whether there are gradients and velocities.
  /// - Throws: `OutOfMemory`.
  init(_ parameters: [Parameter], _ states: [LayerState], options: NetworkOptions) throws {
    self.parameters = parameters
    self.states = states
    stateValues = try AlignedBuffer(byteCount: states.last?.end ?? 0)
    let byteCount = parameters.last?.end ?? 0
    let largestLayer = parameters.map { $0.end - $0.offset + $0.microBatchOffset }.max() ?? 0
    values = try AlignedBuffer(byteCount: byteCount)
    gradients = options.isTraining ? try AlignedBuffer(byteCount: byteCount) : nil
    microBatchGradients = options.isTraining ? try AlignedBuffer(byteCount: largestLayer) : nil
    velocities = options.isTraining && options.hasMomentum ? try AlignedBuffer(byteCount: byteCount) : nil
  }

  /// Bytes of values, gradients, velocities and state.
  var byteCount: Int {
    [values, gradients, microBatchGradients, velocities, stateValues].reduce(0) { $0 + ($1?.byteCount ?? 0) }
  }

  /// Whether there are velocities.
  var hasVelocities: Bool { velocities != nil }

  /// The values of a parameter.
  func value(_ parameter: Parameter) -> UnsafeMutableRawPointer {
    values.baseAddress + parameter.offset
  }

  /// The values of a state.
  func value(_ state: LayerState) -> UnsafeMutableRawPointer {
    stateValues.baseAddress + state.offset
  }

  /// The gradient of a parameter, over the whole batch; nil without training.
  func gradient(_ parameter: Parameter) -> UnsafeMutableRawPointer? {
    gradients.map { $0.baseAddress + parameter.offset }
  }

  /// The gradient of a parameter, over one micro-batch; nil without training.
  ///
  /// All layers share the memory.
  func microBatchGradient(_ parameter: Parameter) -> UnsafeMutableRawPointer? {
    microBatchGradients.map { $0.baseAddress + parameter.microBatchOffset }
  }

  /// The velocity of a parameter; nil without momentum.
  func velocity(_ parameter: Parameter) -> UnsafeMutableRawPointer? {
    velocities.map { $0.baseAddress + parameter.offset }
  }

  /// Sets the gradients of the whole batch to zero.
  func clearGradients() {
    guard let gradients else { return }
    gradients.baseAddress.initializeMemory(as: UInt8.self, repeating: 0, count: gradients.byteCount)
  }

  /// Adds a layer's gradients of one micro-batch to those of the whole batch.
  func accumulate(_ parameters: [Parameter], on backend: any Backend) {
    for parameter in parameters {
      guard let part = microBatchGradient(parameter), let sum = gradient(parameter) else { continue }
      backend.accumulate(part, into: sum, parameter.layout)
    }
  }

  /// Notes that the values have changed.
  func valuesChanged() {
    version += 1
  }
}
