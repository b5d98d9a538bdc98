import Tensors

/// A node of the graph, while the reader of its operator processes it.
struct Node {
  /// The node's own name; may be empty.
  let name: String
  /// The operator's name: `Conv`.
  let operatorName: String
  /// The names of the inputs; empty for one that is omitted.
  private(set) var inputs: [String]
  /// Whether the first input is swapped with another one: the images are not the first operand.
  private(set) var isSwapped = false
  /// The names of the outputs; empty for one that is omitted.
  let outputs: [String]
  /// The operator and the node's name, for messages.
  let label: String
  /// The attributes that have not been read yet.
  var attributes: Attributes
  /// The number of inputs and outputs that the reader has handled; any others are rejected.
  private var known = (inputs: 0, outputs: 0)

  /// - Parameters:
  ///   - proto: The node as stored.
  ///   - index: Its index in its graph.
  ///   - branch: The branch of an `If` that it is in; nil in the model's graph.
  /// - Throws: ``ONNXError`` if it is not one of ONNX's own operators, or its attributes are damaged.
  init(_ proto: Onnx_NodeProto, index: Int, in branch: String?) throws {
    name = proto.name
    operatorName = proto.opType
    inputs = proto.input
    outputs = proto.output
    label = Self.label(proto, index: index, in: branch)
    guard ["", "ai.onnx"].contains(proto.domain) else {
      throw ONNXError(
        "\(label) has the domain \(proto.domain.quoted); only ONNX's own operators are supported")
    }
    do {
      attributes = try Attributes(proto.attribute)
    } catch let error as ONNXError {
      throw ONNXError("\(label): \(error)")
    }
  }

  /// The operator and the node's name, or its index if it has none.
  static func label(_ proto: Onnx_NodeProto, index: Int, in branch: String?) -> String {
    let number = branch.map { "\(index) of the \($0)" } ?? "\(index)"
    return "\(proto.opType.quoted) (node \(proto.name.isEmpty ? number : proto.name.quoted))"
  }

  /// Makes another operand the first.
  mutating func swapFirstInput(with index: Int) {
    inputs.swapAt(0, index)
    isSwapped = true
  }

  /// The name of an input.
  ///
  /// - Parameters:
  ///   - index: Its index.
  ///   - role: The operator's name for it.
  /// - Returns: The name.
  /// - Throws: ``ONNXError`` if it is omitted.
  mutating func input(_ index: Int, _ role: String) throws -> String {
    guard let name = optionalInput(index) else { throw ONNXError("its input \(role) is missing") }
    return name
  }

  /// The name of an optional input; nil if it is omitted.
  mutating func optionalInput(_ index: Int) -> String? {
    known.inputs = max(known.inputs, index + 1)
    return index < inputs.count && !inputs[index].isEmpty ? inputs[index] : nil
  }

  /// The name of an optional output; nil if it is omitted.
  mutating func optionalOutput(_ index: Int) -> String? {
    known.outputs = max(known.outputs, index + 1)
    return index < outputs.count && !outputs[index].isEmpty ? outputs[index] : nil
  }

  /// Rejects attributes, inputs and outputs that the reader does not know.
  func requireNothingElse() throws {
    try attributes.requireNoOthers()
    for (kind, names, count) in [("input", inputs, known.inputs), ("output", outputs, known.outputs)] {
      guard let name = names.dropFirst(count).first(where: { !$0.isEmpty }) else { continue }
      throw ONNXError(
        "\(kind) \(name.quoted) is not supported; the number of \(kind)s can be at most \(count)")
    }
  }
}
