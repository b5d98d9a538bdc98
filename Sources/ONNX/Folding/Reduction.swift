import Tensors

/// A reduction of the elements along some axes, such as a sum or a maximum.
struct Reduction: Sendable {
  /// The opset since which the axes are an input; before they were an attribute.
  var axesAreInputSince = 18
  /// Nil if the result is not an integer, or too large.
  let integers: @Sendable (ArraySlice<Int>) -> Int?
  let floats: @Sendable ([Double]) -> Double

  static let sum = Reduction(
    axesAreInputSince: 13, integers: { exact($0, from: 0) { $0.addingReportingOverflow($1) } },
    floats: { $0.reduce(0, +) })
  static let product = Reduction(
    integers: { exact($0, from: 1) { $0.multipliedReportingOverflow(by: $1) } }, floats: { $0.reduce(1, *) })
  static let mean = Reduction(integers: { _ in nil }, floats: { $0.reduce(0, +) / Double($0.count) })
  static let largest = Reduction(integers: { $0.max() }, floats: { $0.reduce(-.infinity) { max($0, $1) } })
  static let smallest = Reduction(integers: { $0.min() }, floats: { $0.reduce(.infinity) { min($0, $1) } })
  static let squares = Reduction(integers: { _ in nil }, floats: { $0.reduce(0) { $0 + $1 * $1 } })
  static let norm = Reduction(
    integers: { _ in nil }, floats: { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() })

  private static func exact(
    _ elements: ArraySlice<Int>, from start: Int, _ step: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) -> Int? {
    var result: Int? = start
    for element in elements {
      guard let (value, overflow) = result.map({ step($0, element) }), !overflow else { return nil }
      result = value
    }
    return result
  }
}

/// Reduces some axes to one element each.
func foldReduction(_ reduction: Reduction) -> Operators.Fold {
  { node, graph in
    let input = try node.constant(0, "data", graph)
    let shape = input.shape
    let (axes, keepsAxes) = try node.reducedAxes(
      rank: shape.rank, since: reduction.axesAreInputSince, graph)
    guard !axes.isEmpty else { return input }
    let kept = shape.extents.indices.filter { !axes.contains($0) }
    let count = axes.reduce(1) { $0 * shape[$1] }
    let result = Shape(
      shape.extents.indices.compactMap { !axes.contains($0) ? shape[$0] : keepsAxes ? 1 : nil })
    // If a reduced axis is empty, the result may have many more elements than the input.
    try graph.requireRoom(for: result)
    let starts = (0..<result.elementCount).map { $0 * count }
    switch input {
    case .integers(let tensor):
      let elements = tensor.permuted(kept + axes).elements
      return .integers(
        Tensor(
          shape: result,
          elements: try starts.map {
            guard let number = reduction.integers(elements[$0..<$0 + count]) else {
              throw ONNXError("its result for \(shape) is not an integer or is too large")
            }
            return number
          }))
    case .floats(let tensor):
      let elements = tensor.permuted(kept + axes).elements
      return .floats(
        Tensor(
          shape: result,
          elements: starts.map { Float(reduction.floats(elements[$0..<$0 + count].map { Double($0) })) }))
    case .stored: return input
    }
  }
}
