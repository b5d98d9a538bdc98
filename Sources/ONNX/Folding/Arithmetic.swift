import Tensors

/// An operator on two numbers of each kind.
struct Arithmetic: Sendable {
  let integers: @Sendable (Int, Int) -> (partialValue: Int, overflow: Bool)
  let floats: @Sendable (Float, Float) -> Float
}

/// The remainder with the divisor's sign.
@Sendable func floorMod(_ number: Int, _ divisor: Int) -> (partialValue: Int, overflow: Bool) {
  let (remainder, overflow) = number.remainderReportingOverflow(dividingBy: divisor)
  return (remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder, overflow)
}

/// The maximum number of operands, each of which may cost as much as the result.
private let maximumOperandCount = 16

/// Element by element, with broadcasting.
func foldArithmetic(_ arithmetic: Arithmetic) -> Operators.Fold {
  { node, graph in
    var result = try node.constant(0, "A", graph)
    // `Max`, `Min` and `Sum` take any number.
    let count = ["Max", "Min", "Sum"].contains(node.operatorName) ? max(node.inputs.count, 1) : 2
    guard count <= maximumOperandCount else {
      throw ONNXError("it has \(count) inputs; up to \(maximumOperandCount) constants are supported")
    }
    for index in 1..<max(count, 2) where count > 1 {
      result = try combined(result, try node.constant(index, "B", graph), arithmetic, graph)
    }
    return result
  }
}

private func combined(
  _ left: Constant, _ right: Constant, _ arithmetic: Arithmetic, _ graph: borrowing GraphEvaluator
) throws -> Constant {
  let both = try Broadcast(left, right, graph)
  switch both.operands {
  case .integers(let left, let right):
    let elements = try zip(left, right).map { left, right in
      let (value, overflow) = arithmetic.integers(left, right)
      guard !overflow else { throw ONNXError("its result of \(left) and \(right) is not an integer") }
      return value
    }
    return .integers(Tensor(shape: both.shape, elements: elements))
  case .floats(let left, let right):
    return .floats(Tensor(shape: both.shape, elements: zip(left, right).map(arithmetic.floats)))
  }
}

/// The remainder: by default with the divisor's sign, and with the dividend's if `fmod` is 1.
func foldMod(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let truncated = Arithmetic(
    integers: { $0.remainderReportingOverflow(dividingBy: $1) },
    floats: { $0.truncatingRemainder(dividingBy: $1) })
  let floored = Arithmetic(integers: floorMod, floats: { $0 - ($0 / $1).rounded(.down) * $1 })
  return try foldArithmetic(node.attributes.flag("fmod") ? truncated : floored)(&node, graph)
}

/// Bounds from below and above, either of which may be omitted.
func foldClip(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  var result = try node.constant(0, "input", graph)
  let bounds: [Constant?]
  if graph.opset < 11 {
    bounds = try ["min", "max"].map { name in
      try node.attributes.number(name).map { .floats(Tensor(shape: [], elements: [$0])) }
    }
  } else {
    bounds = try (1...2).map { index in
      try node.optionalInput(index).map { try graph.constant($0).decoded() }
    }
  }
  let operations = [
    Arithmetic(integers: { (max($0, $1), false) }, floats: { max($0, $1) }),
    Arithmetic(integers: { (min($0, $1), false) }, floats: { min($0, $1) }),
  ]
  for case (let bound?, let operation) in zip(bounds, operations) {
    guard bound.shape.elementCount == 1 else { throw ONNXError("a bound is not a single number") }
    let shape = result.shape
    let bounds = bound.rearranged(Rearrangement(shape: shape, strides: shape.extents.map { _ in 0 }))
    result = try combined(result, bounds, operation, graph)
  }
  return result
}

func foldNeg(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  switch try node.constant(0, "X", graph) {
  case .integers(let tensor): return .integers(tensor.map { 0 &- $0 })
  case .floats(let tensor): return .floats(tensor.map { -$0 })
  case let stored: return stored
  }
}

func foldAbs(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  switch try node.constant(0, "X", graph) {
  case .integers(let tensor): return .integers(tensor.map { $0 < 0 ? 0 &- $0 : $0 })
  case .floats(let tensor): return .floats(tensor.map { abs($0) })
  case let stored: return stored
  }
}

/// A function of each floating-point number.
func foldNumbers(_ function: @escaping @Sendable (Float) -> Float) -> Operators.Fold {
  { node, graph in .floats(try graph.floats(try node.input(0, "X")).map(function)) }
}
