import Tensors

/// A tensor made of elements of another: an element for each place, found by strides.
struct Rearrangement {
  /// The shape of what is made.
  let shape: Shape
  /// How far apart the elements lie along each of its axes in the other tensor; 0 repeats them.
  let strides: [Int]
  /// Where in the other tensor the first one lies.
  var offset = 0

  func callAsFunction<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
    let count = shape.elementCount
    guard count > 0 else { return Tensor(shape: shape, elements: []) }
    let inner = shape.extents.last ?? 1
    let innerStride = strides.last ?? 0
    var elements: [Scalar] = []
    elements.reserveCapacity(count)
    var place = [Int](repeating: 0, count: shape.rank)
    var start = offset
    while elements.count < count {
      for index in 0..<inner { elements.append(tensor.elements[start + index * innerStride]) }
      for axis in place.indices.dropLast().reversed() {
        place[axis] += 1
        start += strides[axis]
        guard place[axis] == shape[axis] else { break }
        start -= strides[axis] * shape[axis]
        place[axis] = 0
      }
    }
    return Tensor(shape: shape, elements: elements)
  }
}

extension Shape {
  /// How far apart neighbours along each axis lie in row-major order.
  var strides: [Int] {
    var stride = 1
    return extents.reversed().map { extent in
      defer { stride *= extent }
      return stride
    }.reversed()
  }

  /// The shape that two have together when the axes of extent 1 of each are repeated; nil if they do not fit.
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

  /// What repeats a tensor of this shape to another one.
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
