import Layers

/// Computes a ReLU within the convolution before it, while the result is still in cache.
struct FuseReLU: Rewrite {
  let name = "fuse ReLU into convolution"

  func replacement(of first: ResolvedLayer, _ second: ResolvedLayer) -> [ResolvedLayer]? {
    guard case .convolution(let geometry, activation: nil) = first.operation,
      case .relu = second.operation
    else { return nil }
    return [first.absorbing(second, as: .convolution(geometry, activation: .relu))]
  }
}
