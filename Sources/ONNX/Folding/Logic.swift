import Tensors

/// A comparison of two numbers of each kind.
struct Comparison: Sendable {
  let integers: @Sendable (Int, Int) -> Bool
  let floats: @Sendable (Float, Float) -> Bool
}

/// 1 where the comparison holds, else 0, with broadcasting.
func foldComparison(_ comparison: Comparison) -> Operators.Fold {
  { node, graph in
    let both = try Broadcast(node.constant(0, "A", graph), node.constant(1, "B", graph), graph)
    let holds =
      switch both.operands {
      case .integers(let left, let right): zip(left, right).map(comparison.integers)
      case .floats(let left, let right): zip(left, right).map(comparison.floats)
      }
    return .integers(Tensor(shape: both.shape, elements: holds.map { $0 ? 1 : 0 }))
  }
}

/// 1 where the result of two booleans is true, else 0, with broadcasting.
func foldLogic(_ operation: @escaping @Sendable (Bool, Bool) -> Bool) -> Operators.Fold {
  { node, graph in
    let both = try Broadcast(node.constant(0, "A", graph), node.constant(1, "B", graph), graph)
    guard case .integers(let left, let right) = both.operands else {
      throw ONNXError("its inputs are not booleans")
    }
    let elements = zip(left, right).map { operation($0 != 0, $1 != 0) ? 1 : 0 }
    return .integers(Tensor(shape: both.shape, elements: elements))
  }
}

func foldNot(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let input = try node.input(0, "X")
  return .integers(try graph.constant(input).integers(input).map { $0 == 0 ? 1 : 0 })
}

/// Elements of the second input where the first is true, and else of the third.
func foldWhere(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let condition = try graph.constant(try node.input(0, "condition")).integers(node.inputs[0])
  let both = try Broadcast(
    node.constant(1, "X", graph), node.constant(2, "Y", graph), and: condition.shape, graph)
  let choices = condition.shape.repeated(to: both.shape)(condition).elements
  switch both.operands {
  case .integers(let left, let right):
    let elements = choices.indices.map { choices[$0] != 0 ? left[$0] : right[$0] }
    return .integers(Tensor(shape: both.shape, elements: elements))
  case .floats(let left, let right):
    let elements = choices.indices.map { choices[$0] != 0 ? left[$0] : right[$0] }
    return .floats(Tensor(shape: both.shape, elements: elements))
  }
}
