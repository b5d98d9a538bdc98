/// Converts elements from column-major order, where the first axis varies fastest, into row-major order.
///
/// - Parameters:
///   - elements: As many elements as the shape has.
///   - shape: The extents of the tensor in either order.
/// - Returns: The same elements, the last axis varying fastest.
func rowMajor<Scalar>(fromColumnMajor elements: [Scalar], shape: Shape) -> [Scalar] {
  guard shape.rank > 1, !elements.isEmpty else { return elements }
  var strides: [Int] = []
  var stride = 1
  for extent in shape.extents {
    strides.append(stride)
    stride *= extent
  }
  var index = Array(repeating: 0, count: shape.rank)
  var offset = 0
  return elements.indices.map { _ in
    defer {
      var axis = shape.rank - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= index[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return elements[offset]
  }
}
