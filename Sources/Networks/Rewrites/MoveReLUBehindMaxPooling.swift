import Layers

/// Moves a ReLU behind the max pooling that follows it, where it has fewer elements to process.
///
/// Both keep the order of numbers, so max(relu(x)) = relu(max(x)), NaN included. The gradients are the same as well: a
/// window whose largest element is positive has the same winner either way, and for any other the gradient is 0.
struct MoveReLUBehindMaxPooling: Rewrite {
  let name = "move ReLU behind max pooling"

  func replacement(of first: ResolvedLayer, _ second: ResolvedLayer) -> [ResolvedLayer]? {
    guard case .relu = first.operation, case .maxPooling(let geometry) = second.operation else { return nil }
    return [second, first.computing(.relu(geometry.outputShape))]
  }
}
