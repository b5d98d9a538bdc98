import Layers
import Tensors

/// The supported operators.
enum Operators {
  /// Reads a node that takes the images.
  typealias Reader =
    @Sendable (_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws
    -> ImageValue
  /// Computes a node that takes constants.
  typealias Fold = @Sendable (_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant

  /// Operators that need only the shape of their input.
  static let ofShapes: Set = ["Shape", "Size"]
  /// Operators that accept the images as the second operand too.
  static let symmetric: Set = ["Add", "Mul", "Sub"]
  /// Operators of any number of operands, in any order.
  static let variadic: Set = ["Max", "Mean", "Min", "Sum"]

  private static let readers: [String: Reader] = [
    "Add": readArithmetic, "AveragePool": readAveragePool, "BatchNormalization": readBatchNormalization,
    "Cast": readCast, "CastLike": readCast, "Clip": readClip, "Concat": readConcat,
    "Conv": readConv, "Div": readArithmetic,
    "Dropout": readDropout, "Expand": readExpand, "Flatten": readFlatten, "Gather": readGather,
    "Gemm": readGemm,
    "GlobalAveragePool": readGlobalAveragePool, "GlobalMaxPool": readGlobalMaxPool, "Identity": readIdentity,
    "MatMul": readMatMul, "Max": readMax, "MaxPool": readMaxPool, "Mean": readSum, "Min": readMin,
    "Mul": readArithmetic, "Neg": readNeg,
    "Pad": readPad, "ReduceMax": readReduceMax, "ReduceMean": readReduceMean, "ReduceSum": readReduceSum,
    "Relu": readRelu, "Reshape": readReshape,
    "Sigmoid": readSigmoid, "Slice": readSlice, "Softmax": readSoftmax, "Split": readSplit,
    "Squeeze": readReshape,
    "Sub": readArithmetic, "Sum": readSum, "Tile": readTile,
    "Transpose": readTranspose, "Unsqueeze": readReshape,
  ]

  /// The function that reads an operator.
  static func reader(of name: String) throws -> Reader {
    guard let reader = readers[name] else {
      let others = ["Constant", "If", "Shape", "Size"]
      let supported = Set(readers.keys).union(others).sorted().joined(separator: ", ")
      let ofConstants = isFolded(name) ? " on inputs that depend on the images" : ""
      throw ONNXError("this operator is not supported\(ofConstants); supported: \(supported)")
    }
    return reader
  }
}

extension Node {
  /// An axis counted from the outermost; a negative one is counted from the innermost.
  mutating func axis(default value: Int, rank: Int) throws -> Int {
    let axis = try attributes.integer("axis") ?? value
    guard (-rank...rank).contains(axis) else {
      throw ONNXError("attribute 'axis' is \(axis), but the input has \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// The axes that it works on, counted from the outermost; nil if they are not given.
  ///
  /// - Parameters:
  ///   - index: The index of the input with the axes since an opset, before which they are an attribute.
  ///   - opset: That opset.
  ///   - rank: The number of axes.
  ///   - graph: The graph, for its constants.
  /// - Returns: The axes, in the given order.
  /// - Throws: ``ONNXError`` if an axis is out of range, or is given twice.
  mutating func axes(
    input index: Int, since opset: Int, rank: Int, _ graph: borrowing GraphEvaluator
  ) throws -> [Int]? {
    var axes: [Int]?
    if graph.opset < opset {
      axes = try attributes.integers("axes")
    } else if let name = optionalInput(index) {
      axes = try graph.integers(name)
    }
    guard let axes else { return nil }
    guard axes.allSatisfy((-rank..<rank).contains) else {
      throw ONNXError("its axes are \(axes), but the input has \(rank) axes")
    }
    let counted = axes.map { $0 < 0 ? $0 + rank : $0 }
    guard Set(counted).count == counted.count else { throw ONNXError("its axes \(axes) repeat one") }
    return counted
  }
}
