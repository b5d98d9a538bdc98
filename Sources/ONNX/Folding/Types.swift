import Tensors

func foldIdentity(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  try graph.constant(try node.input(0, "X"))
}

func foldCast(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  _ = try node.attributes.integer("saturate")
  _ = try node.attributes.text("round_mode")
  let number = Int32(clamping: try node.attributes.integer("to") ?? 0)
  guard let type = DataType(rawValue: number) else {
    throw ONNXError("it casts to \(DataType.name(number)), which is not supported")
  }
  return try cast(try node.constant(0, "input", graph), toIntegers: DataType.integers.contains(type), type)
}

func foldCastLike(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  _ = try node.attributes.integer("saturate")
  _ = try node.attributes.text("round_mode")
  let input = try node.constant(0, "input", graph)
  guard case .integers = try node.constant(1, "target_type", graph) else {
    return try cast(input, toIntegers: false, .float)
  }
  return try cast(input, toIntegers: true, .int64)
}

private func cast(_ constant: Constant, toIntegers: Bool, _ type: DataType) throws -> Constant {
  switch (constant, toIntegers) {
  case (.floats(let tensor), true):
    return .integers(
      try tensor.map { number in
        if type == .bool { return number == 0 ? 0 : 1 }
        guard let integer = Int(exactly: number.rounded(.towardZero)) else {
          throw ONNXError("it casts \(number) to an integer")
        }
        return integer
      })
  case (.integers(let tensor), true):
    return .integers(type == .bool ? tensor.map { $0 == 0 ? 0 : 1 } : tensor)
  case (.integers(let tensor), false): return .floats(tensor.map { Float($0) })
  default: return constant
  }
}

/// A tensor filled with one number, of the shape in the input.
func foldConstantOfShape(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let shape = try Shape(nonNegative: try graph.integers(try node.input(0, "input")))
  try graph.requireRoom(for: shape)
  guard let value = try node.attributes.tensor("value") else {
    return .floats(Tensor(shape: shape, repeating: 0))
  }
  let number = try Constant.stored(value).decoded()
  guard number.shape.isCountable, number.shape.elementCount == 1 else {
    throw ONNXError("attribute 'value' is not a single number")
  }
  return number.rearranged(Rearrangement(shape: shape, strides: shape.extents.map { _ in 0 }))
}

/// start, start + delta, … below limit.
func foldRange(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let roles = ["start", "limit", "delta"]
  let bounds = try roles.enumerated().map { index, role in
    let bound = try node.constant(index, role, graph)
    guard bound.shape.elementCount == 1 else { throw ONNXError("its \(role) is not a single number") }
    return bound
  }
  guard case .integers = bounds[0] else {
    return try range(zip(bounds, roles).map { Double(try $0.floats($1).elements[0]) }, graph)
  }
  let numbers = try zip(bounds, roles).map { try $0.integers($1).elements[0] }
  // Enough for shapes, and nothing overflows.
  guard numbers.allSatisfy({ abs($0.magnitudeClamped) <= 1 << 40 }), numbers[2] != 0 else {
    throw ONNXError("its numbers \(numbers) are too large, or its delta is 0")
  }
  let (start, limit, delta) = (numbers[0], numbers[1], numbers[2])
  let distance = delta > 0 ? limit - start : start - limit
  let count = distance > 0 ? (distance - 1) / abs(delta) + 1 : 0
  try graph.requireRoom(for: [count])
  return .integers(Tensor(shape: [count], elements: (0..<count).map { start + $0 * delta }))
}

private func range(_ numbers: [Double], _ graph: borrowing GraphEvaluator) throws -> Constant {
  let count = ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up)
  guard count.isFinite, count <= 0x1p40 else {
    throw ONNXError("its numbers \(numbers) make too long a range, or are not finite, or its delta is 0")
  }
  let shape: Shape = [Int(max(count, 0))]
  try graph.requireRoom(for: shape)
  return .floats(
    Tensor(
      shape: shape, elements: (0..<shape[0]).map { Float(numbers[0] + Double($0) * numbers[2]) }))
}

extension Int {
  /// The number, clamped so that it can be negated.
  fileprivate var magnitudeClamped: Int { Swift.max(self, -Int.max) }
}

extension Shape {
  /// - Throws: ``ONNXError`` if an extent is negative.
  init(nonNegative extents: [Int]) throws {
    guard extents.count <= 64, extents.allSatisfy({ $0 >= 0 }) else {
      throw ONNXError("\(extents) is not a shape")
    }
    self.init(extents)
  }
}
