import Tensors

/// The most multiplications in a product of constants, a second's work.
private let maximumMultiplicationCount = 1 << 29

/// The product of two matrices, or of stacks of matrices, whose other axes are broadcast.
func foldMatMul(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let left = try graph.floats(try node.input(0, "A"))
  let right = try graph.floats(try node.input(1, "B"))
  let (first, second) = (left.shape.extents, right.shape.extents)
  guard first.count >= 2, second.count >= 2, first.last == second[second.count - 2],
    let stack = Shape(first.dropLast(2)).broadcast(with: Shape(second.dropLast(2)))
  else {
    throw ONNXError("it multiplies constants of shapes \(left.shape) and \(right.shape), which do not fit")
  }
  let (rows, inner, columns) = (first[first.count - 2], first[first.count - 1], second[second.count - 1])
  let result = Shape(stack.extents + [rows, columns])
  let both = [[rows, inner], [inner, columns]].map { Shape(stack.extents + $0) }
  for shape in both + [result] { try graph.requireRoom(for: shape) }
  guard result.elementCount > 0 else { return .floats(Tensor(shape: result, elements: [])) }
  guard inner <= maximumMultiplicationCount / result.elementCount else {
    throw ONNXError("its product of \(left.shape) and \(right.shape) takes too long to compute in advance")
  }
  let lefts = left.shape.repeated(to: both[0])(left).elements
  let rights = right.shape.repeated(to: both[1])(right).elements
  var elements: [Float] = []
  elements.reserveCapacity(result.elementCount)
  for row in 0..<stack.elementCount * rows {
    var sums = [Double](repeating: 0, count: columns)
    for index in 0..<inner {
      let factor = Double(lefts[row * inner + index])
      let start = (row / rows * inner + index) * columns
      for column in 0..<columns { sums[column] += factor * Double(rights[start + column]) }
    }
    elements += sums.map { Float($0) }
  }
  return .floats(Tensor(shape: result, elements: elements))
}
