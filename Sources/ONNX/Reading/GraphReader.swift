import Layers
import Operations
import Tensors

/// A model whose outer form is sound: one graph for ONNX's own operators.
struct GraphReader: Sendable {
  /// The versions of the operators that are understood; since 22 those here have only gained element types.
  private static let opsets = 6...27

  /// The graph's inputs that have no value in the file.
  let openInputs: [String]
  private let opset: Int
  private let graph: Onnx_GraphProto
  private let initializers: [String: Onnx_TensorProto]

  init(_ model: Onnx_ModelProto) throws {
    guard model.hasGraph else { throw ONNXError("is no ONNX model: it has no graph") }
    graph = model.graph
    let versions = model.opsetImport.filter { ["", "ai.onnx"].contains($0.domain) }.map(\.version)
    guard let version = versions.first, versions.count == 1 else {
      throw ONNXError("does not say for which version of ONNX's operators it was made (opset_import)")
    }
    guard Self.opsets.contains(Int(version)) else {
      throw ONNXError(
        "was made for opset \(version); supported are \(Self.opsets.lowerBound) to \(Self.opsets.upperBound)")
    }
    opset = Int(version)
    guard graph.sparseInitializer.isEmpty else {
      throw ONNXError("has sparse initializers, which are not supported")
    }
    var initializers: [String: Onnx_TensorProto] = [:]
    for tensor in graph.initializer {
      guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
        throw ONNXError("has two initializers of the name \(tensor.name.quoted)")
      }
    }
    self.initializers = initializers
    let names = graph.input.map(\.name)
    guard Set(names).count == names.count else { throw ONNXError("has two inputs of the same name") }
    // Up to version 3 of the format, initializers had to be listed among the inputs.
    openInputs = names.filter { initializers[$0] == nil }
    guard !openInputs.isEmpty else { throw ONNXError("has no input for images") }
  }

  func network(input: Shape, constants: [String: Tensor<Float>]) throws -> ImportedNetwork {
    for name in constants.keys where !openInputs.dropFirst().contains(name) {
      throw ONNXError("\(name.quoted) is none of the inputs that a constant can be given for")
    }
    var values = Constants(initializers: initializers)
    for (index, name) in openInputs.enumerated() {
      let value = index == 0 ? nil : constants[name]
      guard index == 0 || value != nil else {
        throw ONNXError(
          "input \(name.quoted) has no value: beside the first input, all others are constants that "
            + "must be given")
      }
      try check(name, given: value?.shape ?? input, isTruth: index > 0)
      if let value { try values.define(name, .tensor(value)) }
    }
    var chain = LayerChain(input: openInputs[0], shape: input, opset: opset, constants: values)
    for (index, proto) in graph.node.enumerated() {
      let node = try Node(proto, index: index)
      do {
        try chain.append(node)
      } catch let error as ONNXError {
        throw ONNXError("\(node.label): \(error)")
      }
    }
    return try chain.network(
      outputs: graph.output.map(\.name), image: input.perImage)
  }

  /// Compares what is given for an input with what the graph declares.
  private func check(_ name: String, given: Shape, isTruth: Bool) throws {
    guard let declared = graph.input.first(where: { $0.name == name }), declared.hasType else { return }
    let type = declared.type.tensorType
    let isFloatingPoint = DataType.floatingPoint.contains { $0.rawValue == type.elemType }
    guard isFloatingPoint || isTruth && type.elemType == DataType.bool.rawValue else {
      throw ONNXError(
        "input \(name.quoted) is declared as \(DataType.name(type.elemType)); only floating-point numbers are computed with"
      )
    }
    guard let shape = declaredShape(of: name), !shape.accepts(given) else { return }
    throw ONNXError("input \(name.quoted) is declared as \(shape), and was given \(given)")
  }

  /// The shape that an input is declared with; nil if there is none.
  func declaredShape(of name: String) -> DeclaredShape? {
    guard let declared = graph.input.first(where: { $0.name == name }), declared.hasType,
      declared.type.tensorType.hasShape
    else { return nil }
    return DeclaredShape(
      extents: declared.type.tensorType.shape.dim.map { dim in
        if case .dimValue(let extent) = dim.value { return Int(extent) }
        return nil
      })
  }
}

/// The shape of an input as a graph declares it, with extents left open.
public struct DeclaredShape: Sendable, CustomStringConvertible {
  /// The extents, outermost first; nil for any.
  public let extents: [Int?]

  /// Whether an array of a shape can be given for the input.
  public func accepts(_ shape: Shape) -> Bool {
    extents.count == shape.rank && zip(extents, shape.extents).allSatisfy { $0 == nil || $0 == $1 }
  }

  /// The extents, as `any×1×224×224`.
  public var description: String {
    extents.isEmpty ? "a scalar" : extents.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
  }
}
