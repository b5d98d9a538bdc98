import Layers
import Tensors

/// The operators that are understood.
enum Operators {
  /// Reads a node that takes the images.
  typealias Reader =
    @Sendable (_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws
    -> ImageValue
  /// Computes a node that takes constants.
  typealias Fold = @Sendable (_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant

  /// Those that need only the shape of what they take.
  static let ofShapes: Set = ["Shape", "Size"]
  /// Those that take the images as the second operand too.
  static let symmetric: Set = ["Add", "Max", "Mul", "Sub"]

  private static let readers: [String: Reader] = [
    "Add": readArithmetic, "AveragePool": readAveragePool, "BatchNormalization": readBatchNormalization,
    "Cast": readCast, "CastLike": readCast, "Clip": readClip, "Conv": readConv, "Div": readArithmetic,
    "Dropout": readDropout, "Expand": readExpand, "Flatten": readFlatten, "Gather": readGather,
    "Gemm": readGemm,
    "GlobalAveragePool": readGlobalAveragePool, "GlobalMaxPool": readGlobalMaxPool, "Identity": readIdentity,
    "MatMul": readMatMul, "Max": readMax, "MaxPool": readMaxPool, "Mul": readArithmetic, "Pad": readPad,
    "ReduceMean": readReduceMean, "ReduceSum": readReduceSum, "Relu": readRelu, "Reshape": readReshape,
    "Sigmoid": readSigmoid, "Slice": readSlice, "Softmax": readSoftmax, "Squeeze": readReshape,
    "Sub": readArithmetic,
    "Transpose": readTranspose, "Unsqueeze": readReshape,
  ]

  /// How an operator is read.
  static func reader(of name: String) throws -> Reader {
    guard let reader = readers[name] else {
      let supported = Set(readers.keys).union(["Constant", "Shape", "Size"]).sorted().joined(separator: ", ")
      let ofConstants = folds[name] == nil ? "" : " for what depends on the images"
      throw ONNXError("this operator is not supported\(ofConstants); supported are \(supported)")
    }
    return reader
  }
}

extension Node {
  /// An axis counted from the outermost; a negative one is counted from the innermost.
  mutating func axis(default value: Int, rank: Int) throws -> Int {
    let axis = try attributes.integer("axis") ?? value
    guard (-rank...rank).contains(axis) else {
      throw ONNXError("attribute 'axis' is \(axis), and the input has \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// The axes that it works on, counted from the outermost; nil if it does not say.
  ///
  /// - Parameters:
  ///   - place: Where among the inputs they are since an opset, up to which they are an attribute.
  ///   - opset: That opset.
  ///   - rank: How many axes there are.
  ///   - graph: The graph, for its constants.
  /// - Returns: The axes, in the order in which they are given.
  /// - Throws: ``ONNXError`` if an axis is out of range, or is given twice.
  mutating func axes(
    input place: Int, since opset: Int, rank: Int, _ graph: borrowing GraphEvaluator
  ) throws -> [Int]? {
    var axes: [Int]?
    if graph.opset < opset {
      axes = try attributes.integers("axes")
    } else if let name = optionalInput(place) {
      axes = try graph.integers(name)
    }
    guard let axes else { return nil }
    guard axes.allSatisfy((-rank..<rank).contains) else {
      throw ONNXError("its axes are \(axes), where there are \(rank)")
    }
    let counted = axes.map { $0 < 0 ? $0 + rank : $0 }
    guard Set(counted).count == counted.count else { throw ONNXError("its axes \(axes) name one twice") }
    return counted
  }
}
