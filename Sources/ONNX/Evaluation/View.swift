import Tensors

/// The arrangement of a value of the graph in the elements of the chain's last output, which are row-major.
///
/// Exporters transpose, squeeze and reshape without changing an element. Each axis is a product of factors, outermost
/// first, each with its stride, so any two ways to express the same arrangement give the same view.
struct View: Equatable {
  /// A part of an axis.
  struct Factor: Equatable {
    var extent: Int
    var stride: Int
  }

  /// The factors of each axis, none of extent 1, and none that could be merged with the next one.
  let axes: [[Factor]]

  /// The arrangement of the chain's output itself.
  init(_ shape: Shape) {
    var stride = 1
    var axes: [[Factor]] = []
    for extent in shape.extents.reversed() {
      axes.append(Self.merged([Factor(extent: extent, stride: stride)]))
      stride *= extent
    }
    self.axes = axes.reversed()
  }

  init(axes: [[Factor]]) {
    self.axes = axes.map(Self.merged)
  }

  var shape: Shape { Shape(axes.map { $0.reduce(1) { $0 * $1.extent } }) }

  /// The axes in another order.
  func permuted(_ order: [Int]) -> View { View(axes: order.map { axes[$0] }) }

  /// The same order of elements in another shape; nil if an axis would begin within a factor.
  func reshaped(to shape: Shape) -> View? {
    var rest = Array(Self.merged(axes.flatMap(\.self)).reversed())
    var result: [[Factor]] = []
    for extent in shape.extents {
      var needed = extent
      var axis: [Factor] = []
      while needed > 1 {
        guard let factor = rest.popLast() else { return nil }
        if needed % factor.extent == 0 {
          axis.append(factor)
          needed /= factor.extent
        } else {
          guard factor.extent % needed == 0 else { return nil }
          let inner = Factor(extent: factor.extent / needed, stride: factor.stride)
          axis.append(Factor(extent: needed, stride: factor.stride * inner.extent))
          rest.append(inner)
          needed = 1
        }
      }
      result.append(axis)
    }
    return rest.isEmpty ? View(axes: result) : nil
  }

  /// The offsets of an axis's elements from its first.
  func offsets(of axis: Int) -> [Int] {
    axes[axis].reduce([0]) { offsets, factor in
      offsets.flatMap { offset in (0..<factor.extent).map { offset + $0 * factor.stride } }
    }
  }

  /// Factors without those of extent 1, and with adjacent ones merged where the strides allow it.
  static func merged(_ factors: [Factor]) -> [Factor] {
    var result: [Factor] = []
    for factor in factors where factor.extent != 1 {
      if let last = result.last, last.stride == factor.stride * factor.extent {
        result[result.count - 1] = Factor(extent: last.extent * factor.extent, stride: factor.stride)
      } else {
        result.append(factor)
      }
    }
    return result
  }
}
