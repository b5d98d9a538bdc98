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

/// The largest number of operands, each of which may cost as much as the result.
private let largestOperandCount = 16

/// Element by element, with broadcasting.
func foldArithmetic(_ arithmetic: Arithmetic) -> Operators.Fold {
  { node, graph in
    var result = try node.constant(0, "A", graph)
    // `Max`, `Min` and `Sum` take any number.
    let count = ["Max", "Min", "Sum"].contains(node.operatorName) ? max(node.inputs.count, 1) : 2
    guard count <= largestOperandCount else {
      throw ONNXError("it has \(count) inputs; up to \(largestOperandCount) constants are supported")
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
  let shape = try broadcast(left.shape, right.shape, graph)
  switch (
    left.rearranged(left.shape.repeated(to: shape)), right.rearranged(right.shape.repeated(to: shape))
  ) {
  case (.integers(let left), .integers(let right)):
    let elements = try zip(left.elements, right.elements).map { left, right in
      let (value, overflow) = arithmetic.integers(left, right)
      guard !overflow else { throw ONNXError("its result of \(left) and \(right) is not an integer") }
      return value
    }
    return .integers(Tensor(shape: shape, elements: elements))
  case (.floats(let left), .floats(let right)):
    return .floats(Tensor(shape: shape, elements: zip(left.elements, right.elements).map(arithmetic.floats)))
  default: throw ONNXError("one of its inputs has integers and the other floating-point numbers")
  }
}

private func broadcast(_ left: Shape, _ right: Shape, _ graph: borrowing GraphEvaluator) throws -> Shape {
  guard let shape = left.broadcast(with: right) else {
    throw ONNXError("its inputs of shapes \(left) and \(right) cannot be broadcast")
  }
  try graph.requireRoom(for: shape)
  return shape
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

/// 1 where the elements are equal, else 0.
func foldEqual(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let (left, right) = (try node.constant(0, "A", graph), try node.constant(1, "B", graph))
  let shape = try broadcast(left.shape, right.shape, graph)
  let (a, b) = (
    left.rearranged(left.shape.repeated(to: shape)), right.rearranged(right.shape.repeated(to: shape))
  )
  switch (a, b) {
  case (.integers(let a), .integers(let b)):
    return .integers(Tensor(shape: shape, elements: zip(a.elements, b.elements).map { $0 == $1 ? 1 : 0 }))
  case (.floats(let a), .floats(let b)):
    return .integers(Tensor(shape: shape, elements: zip(a.elements, b.elements).map { $0 == $1 ? 1 : 0 }))
  default: throw ONNXError("one of its inputs has integers and the other floating-point numbers")
  }
}

/// Elements of the second input where the first is true, and else of the third.
func foldWhere(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let condition = try graph.constant(try node.input(0, "condition")).integers(node.inputs[0])
  let (left, right) = (try node.constant(1, "X", graph), try node.constant(2, "Y", graph))
  let both = try broadcast(left.shape, right.shape, graph)
  let shape = try broadcast(both, condition.shape, graph)
  let choices = condition.shape.repeated(to: shape)(condition).elements
  let (a, b) = (
    left.rearranged(left.shape.repeated(to: shape)), right.rearranged(right.shape.repeated(to: shape))
  )
  switch (a, b) {
  case (.integers(let a), .integers(let b)):
    let elements = choices.indices.map { choices[$0] != 0 ? a.elements[$0] : b.elements[$0] }
    return .integers(Tensor(shape: shape, elements: elements))
  case (.floats(let a), .floats(let b)):
    let elements = choices.indices.map { choices[$0] != 0 ? a.elements[$0] : b.elements[$0] }
    return .floats(Tensor(shape: shape, elements: elements))
  default: throw ONNXError("one of its inputs has integers and the other floating-point numbers")
  }
}
