import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An operator on two numbers of each kind.
struct Arithmetic: Sendable {
  let integers: @Sendable (Int, Int) -> (partialValue: Int, overflow: Bool)
  let floats: @Sendable (Float, Float) -> Float

  static let sum = Arithmetic(integers: { $0.addingReportingOverflow($1) }, floats: +)
  static let largest = Arithmetic(integers: { (max($0, $1), false) }, floats: { max($0, $1) })
  static let smallest = Arithmetic(integers: { (min($0, $1), false) }, floats: { min($0, $1) })
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
    guard !Operators.variadic.contains(node.operatorName) else {
      return try node.operands(from: 0, arithmetic, graph)
    }
    return try combined(node.constant(0, "A", graph), node.constant(1, "B", graph), arithmetic, graph)
  }
}

/// The mean of any number of constants.
func foldMean(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let sum = try node.operands(from: 0, .sum, graph).floats("the sum of its inputs")
  let count = Float(node.inputs.count)
  return .floats(sum.map { $0 / count })
}

extension Node {
  /// All constants from an input on, combined.
  mutating func operands(
    from first: Int, _ arithmetic: Arithmetic, _ graph: borrowing GraphEvaluator
  ) throws -> Constant {
    guard inputs.count <= maximumOperandCount else {
      throw ONNXError(
        "it has \(inputs.count) inputs; up to \(maximumOperandCount) constants are supported")
    }
    var result = try constant(first, "data_\(first)", graph)
    for index in inputs.indices.dropFirst(first + 1) {
      result = try combined(result, try constant(index, "data_\(index)", graph), arithmetic, graph)
    }
    return result
  }
}

/// A power; the exponent may be of another type than the base.
func foldPow(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let base = try node.constant(0, "X", graph)
  var exponent = try node.constant(1, "Y", graph)
  if case (.floats, .integers(let integers)) = (base, exponent) {
    exponent = .floats(integers.map { Float($0) })
  }
  let power = Arithmetic(
    integers: { exactPower($0, $1) }, floats: { Float(pow(Double($0), Double($1))) })
  return try combined(base, exponent, power, graph)
}

/// A power of an integer that is an integer too, below the limit of what float64 represents exactly.
private func exactPower(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
  let power = pow(Double(base), Double(exponent))
  guard abs(power) <= 0x1p53, let integer = Int(exactly: power) else { return (0, true) }
  return (integer, false)
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
  for case (let bound?, let operation) in zip(bounds, [Arithmetic.largest, .smallest]) {
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

/// A function of each floating-point number, computed in float64.
func foldPrecisely(_ function: @escaping @Sendable (Double) -> Double) -> Operators.Fold {
  foldNumbers { Float(function(Double($0))) }
}
