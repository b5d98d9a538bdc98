import Backends
import Tensors

/// The memory of a network's parameters, with their averages and the optimizer's slots, and of its state.
final class ParameterStore {
  /// All parameters, in the model's order.
  let parameters: [Parameter]
  /// The state of all layers, in the model's order.
  let states: [LayerState]
  /// Counts the changes of the values, so that kernels know when to pack them again.
  private(set) var version = 0
  /// The names of the parameters whose values have never been set.
  private var unset: Set<String>
  private let values: AlignedBuffer
  /// The optimizer's slots, by name.
  private let slots: [(name: String, memory: AlignedBuffer)]
  private let averages: AlignedBuffer?
  /// Whether values and averages are exchanged.
  var isExchanged = false
  private let stateValues: AlignedBuffer

  /// - Parameters:
  ///   - parameters: All parameters, with their offsets.
  ///   - states: The state of all layers, with the offsets.
  ///   - slots: The names of the optimizer's slots.
  ///   - keepsAverage: Whether there are averages.
  /// - Throws: `OutOfMemory`.
  init(
    _ parameters: [Parameter], _ states: [LayerState], slots: [String] = [], keepsAverage: Bool = false
  ) throws {
    self.parameters = parameters
    self.states = states
    unset = Set(parameters.map(\.name))
    stateValues = try AlignedBuffer(byteCount: states.last?.end ?? 0)
    let byteCount = parameters.last?.end ?? 0
    values = try AlignedBuffer(byteCount: byteCount)
    self.slots = try slots.map { ($0, try AlignedBuffer(byteCount: byteCount)) }
    averages = keepsAverage ? try AlignedBuffer(byteCount: byteCount) : nil
  }

  /// Bytes of values and state.
  var valueByteCount: Int { values.byteCount + stateValues.byteCount }

  /// Bytes of the optimizer's slots.
  var slotByteCount: Int { slots.reduce(0) { $0 + $1.memory.byteCount } }

  /// Bytes of averages.
  var averageByteCount: Int { averages?.byteCount ?? 0 }

  /// The values of a parameter.
  func value(_ parameter: Parameter) -> UnsafeMutableRawPointer {
    values.baseAddress + parameter.offset
  }

  /// The values of a state.
  func value(_ state: LayerState) -> UnsafeMutableRawPointer {
    stateValues.baseAddress + state.offset
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

  /// The name of the first parameter whose values have never been set; nil if all have been.
  var firstUnset: String? {
    guard !unset.isEmpty else { return nil }
    return parameters.first { unset.contains($0.name) }?.name
  }

  /// Whether the values of the parameter with a name have never been set.
  func isUnset(_ name: String) -> Bool { unset.contains(name) }

  /// Notes that a parameter's values have been set.
  func valueWasSet(_ parameter: Parameter) {
    unset.remove(parameter.name)
  }

  /// Notes that the values of all parameters have been set.
  func valuesWereSet() {
    unset.removeAll()
  }

  /// Notes that the values have changed.
  func valuesChanged() {
    version += 1
  }
}
