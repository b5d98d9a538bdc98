import Layers
import Operations
import Tensors

/// The layers read so far, each of which takes the output of the one before.
struct LayerChain {
  /// The version of the operators.
  let opset: Int
  /// The shape of the last output, batch included.
  private(set) var shape: Shape
  private(set) var constants: Constants
  private var current: String
  private var layers: [ReadLayer] = []
  /// All names that have been given to the images on their way, in order to tell a branch from a mistake.
  private var passed: Set<String>
  /// Outputs that are not computed, with what they would be.
  private var missing: [String: String] = [:]

  /// More elements of one image than any layer has; what asks for more is no network but a mistake or an attack.
  private static let largestImage = 1 << 28
  /// More rows or columns than any image has with its padding.
  ///
  /// Where strides or dilations are as wide, the output may be small, and backends take their time all the same.
  private static let largestExtent = 1 << 16

  init(input: String, shape: Shape, opset: Int, constants: Constants) {
    current = input
    passed = [input]
    self.shape = shape
    self.opset = opset
    self.constants = constants
  }

  /// Reads a node.
  mutating func append(_ node: Node) throws {
    var node = node
    guard let output = node.optionalOutput(0) else { throw ONNXError("it has no output") }
    switch node.operatorName {
    case "Constant":
      try requireNew(output)
      try constants.define(output, node.constantValue())
    case "Identity":
      if let value = node.optionalInput(0).flatMap({ constants[$0] }) {
        try requireNew(output)
        try constants.define(output, value)
      } else {
        try requireCurrent(&node)
        try pass(to: output)
      }
    default:
      let read = try Self.reader(of: node.operatorName)
      try requireCurrent(&node)
      try add(read(&node, self), name: node.name)
      try pass(to: output)
    }
    try node.requireNothingElse()
  }

  /// Ends the chain.
  func network(outputs: [String], image: Shape) throws -> ImportedNetwork {
    for output in outputs {
      if let what = missing[output] {
        throw ONNXError("output \(output.quoted) is \(what), which is not computed")
      }
    }
    guard outputs.count == 1 else { throw ONNXError("the graph has \(outputs.count) outputs; one is needed") }
    guard outputs[0] == current else {
      throw ONNXError(
        "output \(outputs[0].quoted) is not that of the last node, \(current.quoted): only a chain can be read"
      )
    }
    guard !layers.isEmpty else { throw ONNXError("the graph computes nothing") }
    return ImportedNetwork(layers, image: image)
  }

  private mutating func add(_ step: Step, name: String) throws {
    let operation: Operation
    do {
      operation = try step.layer.operation(input: shape)
    } catch let error as GeometryError {
      throw ONNXError("\(error)")
    }
    let output = operation.outputShape
    guard output.isCountable, output.elementCount / max(output[0], 1) <= Self.largestImage else {
      throw ONNXError("its output of \(output) is too large")
    }
    if let plane = operation.paddedPlane {
      guard max(plane.height, plane.width) <= Self.largestExtent, plane.area <= Self.largestImage else {
        throw ONNXError("its input is \(plane) with the padding, which is too large")
      }
    }
    for (parameter, value) in zip(operation.parameters, step.parameters) {
      guard parameter.shape == value.shape else {
        throw ONNXError(
          "its \(parameter.role.rawValue) is \(value.shape), where an input of \(shape) needs \(parameter.shape)"
        )
      }
    }
    for state in operation.state {
      guard let value = step.state[state.name], value.shape != state.shape else { continue }
      throw ONNXError("its \(state.name) is \(value.shape), where an input of \(shape) needs \(state.shape)")
    }
    let values = zip(operation.parameters, step.parameters).map { (name: $0.role.rawValue, values: $1) }
    let state = step.state.map { (name: $0, values: $1) }
    layers.append(ReadLayer(name: name, layer: step.layer, parameters: values + state))
    shape = output
    missing.merge(step.missing) { $1 }
  }

  private mutating func pass(to output: String) throws {
    try requireNew(output)
    passed.insert(output)
    current = output
  }

  private func requireNew(_ name: String) throws {
    guard !passed.contains(name), constants[name] == nil, missing[name] == nil else {
      throw ONNXError("the name \(name.quoted) is given to two values")
    }
  }

  private func requireCurrent(_ node: inout Node) throws {
    guard let name = node.optionalInput(0) else { throw ONNXError("it has no input") }
    guard name != current else { return }
    if let what = missing[name] {
      throw ONNXError("its input \(name.quoted) is \(what), which is not computed")
    }
    if passed.contains(name) {
      throw ONNXError(
        "it branches off at \(name.quoted): only a chain can be read, where each node takes the "
          + "output of the one before")
    }
    if constants[name] != nil {
      throw ONNXError("its input \(name.quoted) is a constant; it must be the images")
    }
    throw ONNXError("its input \(name.quoted) is computed by no node before it")
  }
}

/// What a node becomes.
struct Step {
  /// The layer.
  var layer: any OperationLayer
  /// The values of its parameters, in the operation's order.
  var parameters: [Tensor<Float>] = []
  /// The values of its state, by the ends of their names.
  var state: [String: Tensor<Float>] = [:]
  /// Outputs of the node that are not computed, with what they would be.
  var missing: [String: String] = [:]
}
