import Layers
import Tensors

/// Evaluates the part of a graph that does not depend on the images, and turns the rest into a chain of layers.
struct GraphEvaluator {
  /// The version of the operators.
  let opset: Int
  /// The layers so far.
  var chain: LayerChain
  private var values: [String: Value]
  /// The value with which the chain last changed.
  private var last: String
  private var limits = ConstantLimits()
  /// The branch of an `If` that is being evaluated; nil in the model's graph.
  private var branch: Branch?

  /// A branch with the names defined in it so far.
  private struct Branch {
    let label: String
    var names: [String] = []
  }

  /// - Parameters:
  ///   - images: The name of the images.
  ///   - view: The images' arrangement in the chain's input.
  ///   - chain: A chain without layers.
  ///   - opset: The version of the operators.
  ///   - constants: The values of initializers and further inputs.
  init(images: String, view: View, chain: LayerChain, opset: Int, constants: [String: Constant]) {
    self.opset = opset
    self.chain = chain
    values = constants.mapValues { .constant($0) }
    values[images] = .images(ImageValue(view: view))
    last = images
    for constant in constants.values { limits.raise(for: constant) }
  }

  /// Reads a node.
  mutating func evaluate(_ proto: Onnx_NodeProto, index: Int) throws {
    var node = try Node(proto, index: index, in: branch?.label)
    do {
      guard let first = node.optionalOutput(0) else { throw ONNXError("the node has no output") }
      let outputs = node.operatorName == "If" ? try ifOutputs(&node) : try outputs(of: &node, first: first)
      for (index, value) in outputs.enumerated() {
        if let name = node.optionalOutput(index) { try define(name, value) }
      }
      try node.requireNothingElse()
    } catch let error as ONNXError {
      throw error.during(node.label)
    }
  }

  /// Evaluates the nodes of a graph in the branch of an `If`, whose names are unknown outside it.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - label: The branch, for messages.
  /// - Returns: The values of its outputs.
  /// - Throws: ``ONNXError`` naming the node that cannot be read.
  mutating func evaluate(_ graph: Onnx_GraphProto, label: String) throws -> [Value] {
    let outer = branch
    branch = Branch(label: label)
    for tensor in graph.initializer {
      let constant = Constant.stored(tensor)
      limits.raise(for: constant)
      try define(tensor.name, .constant(constant))
    }
    let names = graph.output.map(\.name)
    let order = try NodeOrder.needed(
      NodeOrder.sorted(graph.node, given: [], in: label), graph.node, outputs: names,
      images: Set(graph.captures.filter(isImages)), in: label)
    for index in order { try evaluate(graph.node[index], index: index) }
    let outputs = try names.map { name in
      guard let value = values[name] else {
        throw ONNXError("output \(name.quoted) of its branch is not computed")
      }
      return value
    }
    for name in branch?.names ?? [] { values[name] = nil }
    branch = outer
    return outputs
  }

  /// Ends the chain.
  ///
  /// - Returns: The layout of the graph's only output.
  mutating func finish(outputs: [String]) throws -> ArrayLayout {
    for output in outputs {
      if case .missing(let what)? = values[output] {
        throw ONNXError("output \(output.quoted) is \(what), which is not computed")
      }
    }
    guard outputs.count == 1 else { throw ONNXError("the graph has \(outputs.count) outputs; expected one") }
    guard case .images(let value)? = values[outputs[0]] else {
      throw ONNXError("output \(outputs[0].quoted) does not depend on the images")
    }
    guard value.version == chain.version else {
      throw ONNXError(
        "output \(outputs[0].quoted) is not that of the last node, \(last.quoted): only chains of layers are supported"
      )
    }
    return try chain.finished(value)
  }

  /// Records an output of a node that is not computed.
  mutating func omit(_ output: String, _ what: String) throws {
    try define(output, .missing(what))
  }

  // MARK: Constants

  /// A constant.
  func constant(_ name: String) throws -> Constant {
    switch values[name] {
    case .constant(let constant)?: return constant
    case .missing(let what)?: throw ONNXError("its input \(name.quoted) is \(what), which is not computed")
    case .images?:
      throw ONNXError(
        "its input \(name.quoted) is not a constant, and only the first input may depend on the images")
    case nil: throw ONNXError("its input \(name.quoted) is not computed by any node before it")
    }
  }

  /// The numbers of a constant.
  func floats(_ name: String) throws -> Tensor<Float> { try constant(name).floats(name) }

  /// The integers of a constant of any shape.
  func integers(_ name: String) throws -> [Int] { try constant(name).integers(name).elements }

  /// The only number of a constant.
  func scalar(_ name: String) throws -> Float {
    let tensor = try floats(name)
    guard tensor.elements.count == 1 else {
      throw ONNXError("\(name.quoted) is \(tensor.shape), not a single number")
    }
    return tensor.elements[0]
  }

  /// The only boolean of a constant.
  func truth(_ name: String) throws -> Bool {
    let elements = try constant(name).integers(name).elements
    guard elements.count == 1 else { throw ONNXError("\(name.quoted) is not a single boolean") }
    return elements[0] != 0
  }

  /// Requires that a constant to be computed is not too large.
  func requireRoom(for shape: Shape) throws { try limits.requireRoom(for: shape) }

  // MARK: Nodes

  /// The outputs of a node, of which those after the first may be fewer than it has.
  private mutating func outputs(of node: inout Node, first: String) throws -> [Value] {
    let names = Set(node.inputs).subtracting([""])
    for name in node.inputs where names.contains(name) && values[name] == nil {
      throw ONNXError("its input \(name.quoted) is not computed by any node before it")
    }
    try requireFewReads(of: node.inputs)
    let imageInputs = node.inputs.indices.filter { isImages(node.inputs[$0]) }
    if let shape = try shapeValue(&node, imageInputs) { return [.constant(shape)] }
    guard let index = imageInputs.first else { return try constantValues(&node) }
    let before = chain.version
    var images = try imageValue(&node, index: index, imageInputs)
    images.version = chain.version
    if chain.version != before { last = first }
    return [.images(images)]
  }

  /// Counts the elements of the constants among a node's inputs, before any is decoded.
  mutating func requireFewReads(of inputs: [String]) throws {
    for name in inputs {
      guard case .constant(let constant)? = values[name] else { continue }
      try limits.countRead(of: constant, name)
    }
  }

  private func isImages(_ name: String) -> Bool {
    if case .images? = values[name] { true } else { false }
  }

  /// The results of `Shape` and `Size` for the images; they accept any value.
  private func shapeValue(_ node: inout Node, _ imageInputs: [Int]) throws -> Constant? {
    guard Operators.ofShapes.contains(node.operatorName), imageInputs == [0],
      case .images(let value)? = values[try node.input(0, "data")]
    else { return nil }
    return try Operators.shape(&node, of: value.view.shape)
  }

  private mutating func constantValues(_ node: inout Node) throws -> [Value] {
    if node.operatorName == "Constant" { return [.constant(try node.constantValue())] }
    for name in node.inputs {
      guard case .missing(let what)? = values[name] else { continue }
      throw ONNXError("its input \(name.quoted) is \(what), which is not computed")
    }
    if let constants = try Operators.folded(&node, self) {
      for constant in constants { try limits.count(constant) }
      return constants.map { .constant($0) }
    }
    _ = try Operators.reader(of: node.operatorName)
    let input = try node.input(0, "X")
    throw ONNXError(
      "its input \(input.quoted) is a constant; this operator is only supported on what depends on the images"
    )
  }

  private mutating func imageValue(_ node: inout Node, index: Int, _ imageInputs: [Int]) throws -> ImageValue
  {
    let read = try Operators.reader(of: node.operatorName)
    let name = node.inputs[index]
    guard imageInputs.count == 1 else {
      let other = node.inputs[imageInputs[1]]
      throw ONNXError(
        "it joins two branches, \(name.quoted) and \(other.quoted), which both depend on the images: only chains of "
          + "layers are supported")
    }
    guard case .images(let value)? = values[name], value.version == chain.version else {
      throw ONNXError(
        "the graph branches at \(name.quoted): only chains are supported, in which each node takes the output of the one before"
      )
    }
    if index != 0 {
      let isFree = Operators.variadic.contains(node.operatorName)
      guard isFree || index == 1 && Operators.symmetric.contains(node.operatorName) else {
        throw ONNXError(
          "its input \(name.quoted), number \(index + 1), depends on the images; it must be a constant")
      }
      node.swapFirstInput(with: index)
    }
    _ = node.optionalInput(0)
    return try read(&node, value, &self)
  }

  private mutating func define(_ name: String, _ value: Value) throws {
    guard values.updateValue(value, forKey: name) == nil else {
      throw ONNXError("the name \(name.quoted) is given to two values")
    }
    branch?.names.append(name)
  }
}
