import Layers
import Operations
import Tensors

/// A model whose structure is valid: one graph of ONNX's own operators.
struct GraphReader: Sendable {
  /// The supported versions of the operators; since version 22 the supported ones have only gained element types.
  private static let opsets = 6...27

  /// The graph's inputs that have no value in the file and are used.
  let openInputs: [String]
  /// The preparation of images, from the metadata.
  let preparation: ImagePreparation?
  private let opset: Int
  private let graph: Onnx_GraphProto
  private let initializers: [String: Onnx_TensorProto]

  init(_ model: Onnx_ModelProto) throws {
    graph = model.graph
    preparation = try ImagePreparation(metadata: model.metadataProps)
    let versions = model.opsetImport.filter { ["", "ai.onnx"].contains($0.domain) }.map(\.version)
    guard let version = versions.first, versions.count == 1 else {
      let problem = versions.isEmpty ? "does not give the version" : "gives more than one version"
      throw ONNXError(file: "\(problem) of ONNX's operators (opset_import)")
    }
    guard Self.opsets.contains(Int(version)) else {
      throw ONNXError(
        file:
          "was made for opset \(version); opsets \(Self.opsets.lowerBound) to \(Self.opsets.upperBound) are supported"
      )
    }
    opset = Int(version)
    guard graph.sparseInitializer.isEmpty else {
      throw ONNXError(file: "has sparse initializers, which are not supported")
    }
    var initializers: [String: Onnx_TensorProto] = [:]
    for tensor in graph.initializer {
      guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
        throw ONNXError(file: "has two initializers named \(tensor.name.quoted)")
      }
    }
    self.initializers = initializers
    let names = graph.input.map(\.name)
    guard Set(names).count == names.count else { throw ONNXError(file: "has two inputs with the same name") }
    // Up to version 3 of the format, initializers had to be listed among the inputs.
    let open = names.filter { initializers[$0] == nil }
    let outputs = graph.output.map(\.name)
    let needed = NodeOrder.needed(graph.node, outputs: outputs)
    let used = Set(needed.flatMap { model.graph.node[$0].reads } + outputs)
    openInputs = open.contains(where: used.contains) ? open.filter(used.contains) : open
    guard !openInputs.isEmpty else { throw ONNXError(file: "has no input for images") }
    // Users see and type these names.
    if let unusable = openInputs.first(where: { $0.onOneLine(atMost: 1000) != $0 }) {
      throw ONNXError(
        file: "has an input whose name contains control characters or is longer than 1000: \(unusable.quoted)"
      )
    }
  }

  func network(input: Shape, constants: [String: Tensor<Float>]) throws -> ImportedNetwork {
    for name in constants.keys where !openInputs.dropFirst().contains(name) {
      throw ONNXError("\(name.quoted) is not an input that takes a constant")
    }
    var values: [String: Constant] = initializers.mapValues { .stored($0) }
    for (index, name) in openInputs.enumerated() {
      let value = index == 0 ? nil : constants[name]
      guard index == 0 || value != nil else {
        throw ONNXError(
          "input \(name.quoted) has no value: every input after the first is a constant that must "
            + "be given")
      }
      try check(name, given: value?.shape ?? input, isConstant: index > 0)
      if let value { values[name] = try constant(name, value) }
    }
    guard input.rank > 0, input.extents.allSatisfy({ $0 > 0 }), input.isCountable else {
      throw ONNXError("images of shape \(input) have no elements, or too many")
    }
    let order = try NodeOrder.needed(
      NodeOrder.sorted(graph.node, given: Set(values.keys).union([openInputs[0]])), graph.node,
      outputs: graph.output.map(\.name), images: [openInputs[0]])
    do {
      return try network(input: input, order, values, isChannelsLast: false)
    } catch let error as ONNXError where input.rank == 4 {
      do {
        return try network(input: input, order, values, isChannelsLast: true)
      } catch let other as ONNXError {
        throw other.layersRead > error.layersRead ? other : error
      }
    }
  }

  /// Reads the graph.
  ///
  /// - Parameters:
  ///   - input: The shape of its first input.
  ///   - order: The nodes to be read.
  ///   - values: The constants.
  ///   - isChannelsLast: Whether the input is N×H×W×C, as in Keras; the network itself always takes N×C×H×W.
  /// - Returns: The network.
  /// - Throws: ``ONNXError`` naming what cannot be read.
  private func network(
    input: Shape, _ order: [Int], _ values: [String: Constant], isChannelsLast: Bool
  ) throws -> ImportedNetwork {
    let images: Shape = isChannelsLast ? [input[0], input[3], input[1], input[2]] : input
    let view = View(images)
    var evaluator = GraphEvaluator(
      images: openInputs[0], view: isChannelsLast ? view.channelsLast ?? view : view,
      chain: LayerChain(input: images), opset: opset, constants: values)
    let output: ArrayLayout
    do {
      for index in order { try evaluator.evaluate(graph.node[index], index: index) }
      output = try evaluator.finish(outputs: graph.output.map(\.name))
    } catch var error as ONNXError {
      error.layersRead = evaluator.chain.layers.count
      throw error
    }
    let chain = evaluator.chain
    return ImportedNetwork(
      chain.layers, image: chain.input.perImage,
      input: ArrayLayout(shape: input.perImage, isChannelsLast: isChannelsLast), output: output)
  }

  /// A constant given for an input, in the input's declared type.
  private func constant(_ name: String, _ value: Tensor<Float>) throws -> Constant {
    let type = graph.input.first { $0.name == name }?.type.tensorType.elemType
    guard let type, DataType.integers.contains(where: { $0.rawValue == type }) else { return .floats(value) }
    return .integers(
      try value.map { number in
        guard let integer = Int(exactly: number) else {
          throw ONNXError(
            "input \(name.quoted) is declared as \(DataType.name(type)), but was given \(number)")
        }
        return integer
      })
  }

  /// Compares the shape given for an input with the declared one.
  private func check(_ name: String, given: Shape, isConstant: Bool) throws {
    guard let declared = graph.input.first(where: { $0.name == name }), declared.hasType else { return }
    let type = declared.type.tensorType
    let isFloatingPoint = DataType.floatingPoint.contains { $0.rawValue == type.elemType }
    let isInteger = DataType.integers.contains { $0.rawValue == type.elemType }
    guard isFloatingPoint || isConstant && isInteger else {
      throw ONNXError(
        "input \(name.quoted) is declared as \(DataType.name(type.elemType)); only floating-point types are supported"
      )
    }
    guard let shape = declaredShape(of: name), !shape.accepts(given) else { return }
    throw ONNXError("input \(name.quoted) is declared as \(shape), but was given \(given)")
  }

  /// The declared shape of an input; nil if it is not declared.
  func declaredShape(of name: String) -> DeclaredShape? {
    guard let declared = graph.input.first(where: { $0.name == name }), declared.hasType,
      declared.type.tensorType.hasShape
    else { return nil }
    return DeclaredShape(
      extents: declared.type.tensorType.shape.dim.map { dim in
        // Some writers put 0 or -1 for an open extent.
        if case .dimValue(let extent) = dim.value, extent > 0 { return Int(extent) }
        return nil
      })
  }
}

/// The declared shape of an input, in which extents may be open.
public struct DeclaredShape: Sendable, CustomStringConvertible {
  /// The extents, outermost first; nil for any.
  public let extents: [Int?]

  /// Whether an array of a shape can be given for the input.
  public func accepts(_ shape: Shape) -> Bool {
    extents.count == shape.rank && zip(extents, shape.extents).allSatisfy { $0 == nil || $0 == $1 }
  }

  /// The extents, such as `any×1×224×224`.
  public var description: String {
    extents.isEmpty ? "a scalar" : extents.map { $0.map(String.init) ?? "any" }.joined(separator: "×")
  }
}
