import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Operators {
  /// The operators on constants with one output, which compute shapes and weights.
  private static let folds: [String: Fold] = [
    "Abs": foldAbs,
    "Add": foldArithmetic(.sum),
    "And": foldLogic { $0 && $1 },
    "Cast": foldCast, "Ceil": foldNumbers { $0.rounded(.up) }, "CastLike": foldCastLike, "Clip": foldClip,
    "Concat": foldConcat,
    "ConstantOfShape": foldConstantOfShape,
    "Div": foldArithmetic(Arithmetic(integers: { $0.dividedReportingOverflow(by: $1) }, floats: /)),
    "Equal": foldComparison(Comparison(integers: { $0 == $1 }, floats: { $0 == $1 })),
    "Exp": foldPrecisely { exp($0) }, "Expand": foldExpand,
    "Flatten": foldReshape,
    "Floor": foldNumbers { $0.rounded(.down) }, "Gather": foldGather,
    "Greater": foldComparison(Comparison(integers: { $0 > $1 }, floats: { $0 > $1 })),
    "GreaterOrEqual": foldComparison(Comparison(integers: { $0 >= $1 }, floats: { $0 >= $1 })),
    "Identity": foldIdentity,
    "Less": foldComparison(Comparison(integers: { $0 < $1 }, floats: { $0 < $1 })),
    "LessOrEqual": foldComparison(Comparison(integers: { $0 <= $1 }, floats: { $0 <= $1 })),
    "Log": foldPrecisely { log($0) }, "MatMul": foldMatMul,
    "Max": foldArithmetic(.largest), "Mean": foldMean, "Min": foldArithmetic(.smallest), "Mod": foldMod,
    "Mul": foldArithmetic(Arithmetic(integers: { $0.multipliedReportingOverflow(by: $1) }, floats: *)),
    "Neg": foldNeg, "Not": foldNot, "Or": foldLogic { $0 || $1 }, "Pad": foldPad, "Pow": foldPow,
    "Range": foldRange,
    "Reciprocal": foldNumbers { 1 / $0 },
    "ReduceL2": foldReduction(.norm), "ReduceMax": foldReduction(.largest),
    "ReduceMean": foldReduction(.mean),
    "ReduceMin": foldReduction(.smallest), "ReduceProd": foldReduction(.product),
    "ReduceSum": foldReduction(.sum), "ReduceSumSquare": foldReduction(.squares),
    "Relu": foldNumbers { $0 < 0 ? 0 : $0 }, "Reshape": foldReshape,
    "Round": foldNumbers { $0.rounded(.toNearestOrEven) }, "Shape": foldShape,
    "Sigmoid": foldPrecisely { 1 / (1 + exp(-$0)) }, "Sign": foldNumbers { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
    "Size": foldShape, "Slice": foldSlice,
    "Sqrt": foldNumbers { $0.squareRoot() },
    "Squeeze": foldReshape,
    "Sub": foldArithmetic(Arithmetic(integers: { $0.subtractingReportingOverflow($1) }, floats: -)),
    "Sum": foldArithmetic(.sum), "Tanh": foldPrecisely { tanh($0) },
    "Tile": foldTile, "Transpose": foldTranspose, "Unsqueeze": foldReshape, "Where": foldWhere,
    "Xor": foldLogic { $0 != $1 },
  ]

  /// Whether an operator on constants is computed.
  static func isFolded(_ name: String) -> Bool { name == "Split" || folds[name] != nil }

  /// The outputs of a node that takes constants; nil if its operator is not one on constants.
  static func folded(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> [Constant]? {
    if node.operatorName == "Split" { return try foldSplit(&node, graph) }
    guard let fold = folds[node.operatorName] else { return nil }
    return [try fold(&node, graph)]
  }

  /// The results of `Shape` and `Size`.
  static func shape(_ node: inout Node, of shape: Shape) throws -> Constant {
    guard node.operatorName == "Shape" else {
      return .integers(Tensor(shape: [], elements: [shape.elementCount]))
    }
    // Both exist since opset 15 and work like the bounds of a slice.
    let bounds = [
      try node.attributes.integer("start") ?? 0, try node.attributes.integer("end") ?? shape.rank,
    ].map { min(max($0 < 0 ? $0 + shape.rank : $0, 0), shape.rank) }
    let extents = bounds[0] < bounds[1] ? Array(shape.extents[bounds[0]..<bounds[1]]) : []
    return .integers(Tensor(shape: [extents.count], elements: extents))
  }
}

extension Node {
  /// A constant that an operator takes, decoded.
  mutating func constant(_ index: Int, _ role: String, _ graph: borrowing GraphEvaluator) throws -> Constant {
    try graph.constant(try input(index, role)).decoded()
  }

  /// The value of a `Constant`.
  mutating func constantValue() throws -> Constant {
    if let tensor = try attributes.tensor("value") { return .stored(tensor) }
    if let number = try attributes.number("value_float") {
      return .floats(Tensor(shape: [], elements: [number]))
    }
    if let numbers = try attributes.numbers("value_floats") {
      return .floats(Tensor(shape: [numbers.count], elements: numbers))
    }
    if let number = try attributes.integer("value_int") {
      return .integers(Tensor(shape: [], elements: [number]))
    }
    if let numbers = try attributes.integers("value_ints") {
      return .integers(Tensor(shape: [numbers.count], elements: numbers))
    }
    try attributes.requireNoOthers()
    throw ONNXError("the node has no value")
  }
}

extension Constant {
  var shape: Shape {
    switch self {
    case .stored(let tensor): Shape(tensor.dims.map { Int($0) })
    case .floats(let tensor): tensor.shape
    case .integers(let tensor): tensor.shape
    }
  }

  /// The same elements in another shape.
  func reshaped(to shape: Shape) -> Constant {
    switch self {
    case .stored: self
    case .floats(let tensor): .floats(tensor.reshaped(to: shape))
    case .integers(let tensor): .integers(tensor.reshaped(to: shape))
    }
  }

  /// The rearrangement, for either type of element.
  func rearranged(_ arrange: Rearrangement) -> Constant {
    switch self {
    case .stored: self
    case .floats(let tensor): .floats(arrange(tensor))
    case .integers(let tensor): .integers(arrange(tensor))
    }
  }
}
