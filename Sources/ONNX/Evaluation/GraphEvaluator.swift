import Layers
import Tensors

/// Evaluates the part of a graph that does not depend on the images, and turns the rest into a chain of layers.
struct GraphEvaluator {
  /// The version of the operators.
  let opset: Int
  /// The layers so far.
  var chain: LayerChain
  private var values: [String: Value]
  /// The last value that depends on the images.
  private var last: (name: String, stage: Int)
  /// The number of elements that folded constants may still have.
  private var allowance: Int
  /// The number of elements of constants that nodes may still read.
  private var readAllowance: Int

  /// A graph whose folded constants need many more elements than the file has is a mistake or an attack.
  private static let freeElements = 1 << 24
  /// The number of times that all elements of the file may be read; in files by exporters, each node reads its
  /// constants once.
  private static let largestReadCount = 64

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
    last = (images, 0)
    let stored = constants.values.reduce(0) { $0 + $1.elementCount }
    allowance = Self.freeElements + 4 * stored
    readAllowance = Self.freeElements + Self.largestReadCount * stored
  }

  /// Reads a node.
  mutating func evaluate(_ proto: Onnx_NodeProto, index: Int) throws {
    var node = try Node(proto, index: index)
    do {
      guard let output = node.optionalOutput(0) else { throw ONNXError("the node has no output") }
      var value = try value(of: &node)
      if case .images(var images) = value {
        images.stage = last.stage + 1
        last = (output, images.stage)
        value = .images(images)
      }
      try define(output, value)
      try node.requireNothingElse()
    } catch let error as ONNXError {
      throw error.during(node.label)
    }
  }

  /// Ends the chain.
  ///
  /// - Returns: The arrangement of the graph's only output in the last layer's output.
  mutating func finish(outputs: [String]) throws -> View {
    for output in outputs {
      if case .missing(let what)? = values[output] {
        throw ONNXError("output \(output.quoted) is \(what), which is not computed")
      }
    }
    guard outputs.count == 1 else { throw ONNXError("the graph has \(outputs.count) outputs; expected one") }
    guard case .images(let value)? = values[outputs[0]] else {
      throw ONNXError("output \(outputs[0].quoted) does not depend on the images")
    }
    guard value.stage == last.stage else {
      throw ONNXError(
        "output \(outputs[0].quoted) is not that of the last node, \(last.name.quoted): only chains of layers are supported"
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
  func requireRoom(for shape: Shape) throws {
    guard shape.rank <= StoredTensor.largestRank, shape.isCountable, shape.elementCount <= allowance else {
      throw ONNXError("it computes a constant of shape \(shape), which makes the constants too large")
    }
  }

  // MARK: Nodes

  private mutating func value(of node: inout Node) throws -> Value {
    let names = Set(node.inputs).subtracting([""])
    for name in node.inputs where names.contains(name) && values[name] == nil {
      throw ONNXError("its input \(name.quoted) is not computed by any node before it")
    }
    try requireFewReads(of: node.inputs)
    let imageInputs = node.inputs.indices.filter { isImages(node.inputs[$0]) }
    if let shape = try shapeValue(&node, imageInputs) { return .constant(shape) }
    guard let index = imageInputs.first else { return try constantValue(&node) }
    return .images(try imageValue(&node, index: index, imageInputs))
  }

  /// Counts the elements of the constants among a node's inputs, before any is decoded.
  private mutating func requireFewReads(of inputs: [String]) throws {
    for name in inputs {
      guard case .constant(let constant)? = values[name] else { continue }
      readAllowance -= constant.elementCount
      guard readAllowance >= 0 else {
        throw ONNXError(
          "its input \(name.quoted) exceeds the limit on reading constants")
      }
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

  private mutating func constantValue(_ node: inout Node) throws -> Value {
    if node.operatorName == "Constant" { return .constant(try node.constantValue()) }
    for name in node.inputs {
      guard case .missing(let what)? = values[name] else { continue }
      throw ONNXError("its input \(name.quoted) is \(what), which is not computed")
    }
    if let fold = Operators.folds[node.operatorName] {
      let constant = try fold(&node, self)
      try requireRoom(for: constant.shape)
      allowance -= constant.shape.elementCount
      return .constant(constant)
    }
    _ = try Operators.reader(of: node.operatorName)
    let input = try node.input(0, "X")
    throw ONNXError("its input \(input.quoted) is a constant; it must depend on the images")
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
    guard case .images(let value)? = values[name], value.stage == last.stage else {
      throw ONNXError(
        "the graph branches at \(name.quoted): only chains are supported, in which each node takes the output of the one before"
      )
    }
    if index != 0 {
      guard index == 1, Operators.symmetric.contains(node.operatorName) else {
        throw ONNXError(
          "its input \(name.quoted), number \(index + 1), depends on the images; it must be a constant")
      }
      node.swapFirstInputs()
    }
    _ = node.optionalInput(0)
    return try read(&node, value, &self)
  }

  private mutating func define(_ name: String, _ value: Value) throws {
    guard values.updateValue(value, forKey: name) == nil else {
      throw ONNXError("the name \(name.quoted) is given to two values")
    }
  }
}

extension Constant {
  /// The number of elements, without decoding those in the file.
  fileprivate var elementCount: Int {
    switch self {
    case .stored(let tensor):
      max(
        tensor.rawData.count / 2,
        tensor.floatData.count + tensor.int32Data.count + tensor.int64Data.count + tensor.doubleData.count)
    case .floats(let tensor): tensor.elements.count
    case .integers(let tensor): tensor.elements.count
    }
  }
}
