import Tensors

/// A tensor made of elements of another one, addressed by strides.
struct Rearrangement {
  /// The shape of the result.
  let shape: Shape
  /// The strides in the other tensor along each axis of the result; 0 repeats an element.
  let strides: [Int]
  /// The offset of the first element in the other tensor.
  var offset = 0

  func callAsFunction<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
    let count = shape.elementCount
    guard count > 0 else { return Tensor(shape: shape, elements: []) }
    let inner = shape.extents.last ?? 1
    let innerStride = strides.last ?? 0
    var elements: [Scalar] = []
    elements.reserveCapacity(count)
    var position = [Int](repeating: 0, count: shape.rank)
    var start = offset
    while elements.count < count {
      for index in 0..<inner { elements.append(tensor.elements[start + index * innerStride]) }
      for axis in position.indices.dropLast().reversed() {
        position[axis] += 1
        start += strides[axis]
        guard position[axis] == shape[axis] else { break }
        start -= strides[axis] * shape[axis]
        position[axis] = 0
      }
    }
    return Tensor(shape: shape, elements: elements)
  }
}

extension Shape {
  /// The strides of row-major order.
  var strides: [Int] {
    var stride = 1
    return extents.reversed().map { extent in
      defer { stride *= extent }
      return stride
    }.reversed()
  }

  /// The shape that two shapes are broadcast to; nil if they do not fit.
  func broadcast(with other: Shape) -> Shape? {
    let rank = max(self.rank, other.rank)
    let extents = (0..<rank).map { axis -> Int? in
      let (mine, others) = (extent(axis, of: rank), other.extent(axis, of: rank))
      if mine == 1 || mine == others { return others }
      return others == 1 ? mine : nil
    }
    let known = extents.compactMap(\.self)
    return known.count == rank ? Shape(known) : nil
  }

  /// The broadcast of a tensor of this shape to another one.
  func repeated(to shape: Shape) -> Rearrangement {
    let missing = shape.rank - rank
    let strides = strides
    return Rearrangement(
      shape: shape,
      strides: (0..<shape.rank).map { axis in
        axis < missing || self[axis - missing] == 1 ? 0 : strides[axis - missing]
      })
  }

  private func extent(_ axis: Int, of rank: Int) -> Int {
    let missing = rank - self.rank
    return axis < missing ? 1 : self[axis - missing]
  }
}

extension Tensor {
  /// The axes in another order.
  func permuted(_ order: [Int]) -> Tensor {
    let strides = shape.strides
    let turned = Rearrangement(
      shape: Shape(order.map { shape[$0] }), strides: order.map { strides[$0] })
    return turned(self)
  }
}
