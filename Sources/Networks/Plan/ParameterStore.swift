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
  /// The layout of the elements.
  let layout: Layout
  /// Whether it is trained.
  let isTrained: Bool
  /// The offset in the buffers of values, averages and the optimizer's slots.
  let offset: Int
  /// The offset of its gradient among the gradients of its layer.
  let layerOffset: Int
  /// The index of its layer among those that the network runs.
  let layer: Int

  /// The first byte after it, rounded up.
  var end: Int { offset + AlignedBuffer.rounded(layout.byteCount) }

  /// The parameters of a layer, stored one after the other.
  static func all(
    of layer: ResolvedLayer, layouts: [Layout], frozen: Set<String>, from start: Int, layer index: Int
  ) -> [Parameter] {
    var parameters: [Parameter] = []
    for (specification, layout) in zip(layer.operation.parameters, layouts) {
      let offset = parameters.last?.end ?? start
      let name = layer.parameterName(specification)
      parameters.append(
        Parameter(
          name: name, specification: specification, layout: layout, isTrained: !frozen.contains(name),
          offset: offset, layerOffset: offset - start, layer: index))
    }
    return parameters
  }
}

/// A plain tensor of a layer's state.
struct LayerState {
  /// The dotted name: `net.0.1.running_mean`.
  let name: String
  /// Shape, initial value, and whether it is a counter.
  let specification: StateSpecification
  /// The layout of the elements.
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

/// The memory of a network's parameters, with their averages and the optimizer's slots, and of its state.
final class ParameterStore {
  /// All parameters, in the model's order.
  let parameters: [Parameter]
  /// The state of all layers, in the model's order.
  let states: [LayerState]
  /// Counts the changes of the values, so that kernels know when to pack them again.
  private(set) var version = 0
  private let values: AlignedBuffer
  /// The gradients over a batch; nil without training.
  let gradients: BatchGradients?
  /// The optimizer's slots, by name.
  private let slots: [(name: String, memory: AlignedBuffer)]
  private let averages: AlignedBuffer?
  /// Whether values and averages are exchanged.
  var isExchanged = false
  private let stateValues: AlignedBuffer

  /// - Parameters:
  ///   - layers: The layers, with the offsets of their parameters and state.
  ///   - gradients: Their gradients; nil without training.
  ///   - slots: The names of the optimizer's slots.
  ///   - keepsAverage: Whether there are averages.
  /// - Throws: `OutOfMemory`.
  init(
    _ layers: [PreparedLayer], gradients: BatchGradients?, slots: [String] = [], keepsAverage: Bool = false
  ) throws {
    parameters = layers.flatMap(\.parameters)
    states = layers.flatMap(\.states)
    self.gradients = gradients
    stateValues = try AlignedBuffer(byteCount: states.last?.end ?? 0)
    let byteCount = parameters.last?.end ?? 0
    values = try AlignedBuffer(byteCount: byteCount)
    self.slots = try slots.map { ($0, try AlignedBuffer(byteCount: byteCount)) }
    averages = keepsAverage ? try AlignedBuffer(byteCount: byteCount) : nil
  }

  /// Bytes of values and state.
  var valueByteCount: Int { values.byteCount + stateValues.byteCount }

  /// Bytes of gradients, at most.
  var gradientByteCount: Int { gradients?.byteCount ?? 0 }
  /// The bytes of gradients that are usually never written.
  var rarelyUsedByteCount: Int { gradients?.rarelyUsed ?? 0 }

  /// Bytes of the optimizer's slots.
  var slotByteCount: Int { slots.reduce(0) { $0 + $1.memory.byteCount } }

  /// Bytes of averages.
  var averageByteCount: Int { averages?.byteCount ?? 0 }

  /// Whether there are averages.
  var keepsAverage: Bool { averages != nil }

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
    gradients?[parameter.layer].map { $0.total + parameter.layerOffset }
  }

  /// The names of the optimizer's slots.
  var slotNames: [String] { slots.map(\.name) }

  /// The index of the optimizer's slot of that name; nil if there is none.
  func slot(_ name: String) -> Int? {
    slots.firstIndex { $0.name == name }
  }

  /// The optimizer's state of a parameter.
  func kept(_ slot: Int, _ parameter: Parameter) -> UnsafeMutableRawPointer {
    slots[slot].memory.baseAddress + parameter.offset
  }

  /// The average of a parameter; nil if none is kept.
  func average(_ parameter: Parameter) -> UnsafeMutableRawPointer? {
    averages.map { $0.baseAddress + parameter.offset }
  }

  /// Copies the values into the averages.
  func resetAverages() {
    isExchanged = false
    averages?.baseAddress.copyMemory(from: values.baseAddress, byteCount: values.byteCount)
  }

  /// Copies a parameter's value into its average; correct also while values and averages are exchanged.
  func resetAverage(of parameter: Parameter) {
    average(parameter)?.copyMemory(from: value(parameter), byteCount: parameter.layout.byteCount)
  }

  /// Notes that the values have changed.
  func valuesChanged() {
    version += 1
  }
}
