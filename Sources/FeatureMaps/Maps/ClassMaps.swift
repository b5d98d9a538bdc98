import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The confidence maps of all classes for one image.
public struct ClassMaps: Equatable, Sendable {
  /// The maps, in the order of the classes.
  public let maps: [ClassMap]

  /// The maps, that of the highest score first.
  public var byScore: [ClassMap] {
    // NaN comes last, and ties are in the order of classes.
    maps.sorted { first, second in
      let (left, right) = (Self.rank(first.score), Self.rank(second.score))
      return left == right ? first.classIndex < second.classIndex : left > right
    }
  }

  private static func rank(_ score: Double) -> Double { score.isNaN ? -.infinity : score }

  /// Combines the maps of each class with the scores.
  init(maps: [Plane], scores: [Double]) {
    let largest = scores.max() ?? 0
    let weights = scores.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    self.maps = maps.indices.map { index in
      ClassMap(
        classIndex: index, map: maps[index], score: scores[index], probability: weights[index] / total)
    }
  }

  /// Computes the maps of some images.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - count: N, at least 1.
  ///   - limit: The number of images to compute maps for, from the first; nil for all.
  ///   - network: The network.
  ///   - head: The network's head.
  /// - Returns: The maps of each image.
  /// - Throws: The errors of the backend's library; `NetworkError` if the head belongs to a different network.
  public static func all(
    for pixels: Pixels, count: Int, limit: Int? = nil, by network: Network, head: ClassMapHead
  ) throws -> [ClassMaps] {
    let outputs = try network.outputs(ofLayers: [head.layer], for: pixels, count: count)
    let features = try outputs.output(ofLayer: head.layer)
    guard features.shape == head.shape.batched(count) else {
      throw NetworkError.wrongShape(
        name: head.layer, expected: head.shape, given: features.shape,
        reason: "\(head.layer) gives \(features.shape); expected maps of \(head.shape)")
    }
    let parameters = try head.parameters.map { try network.parameter($0, as: Double.self) }
    return (0..<min(limit ?? count, count)).map { image in
      let size = head.shape.elementCount
      let elements = Array(features.elements[image * size..<(image + 1) * size])
      let maps = head.maps(of: Tensor(shape: head.shape, elements: elements), parameters)
      let scores = outputs.network.elements[image * head.classes..<(image + 1) * head.classes]
      return ClassMaps(maps: maps, scores: head.givesProbabilities ? maps.map(\.mean) : Array(scores))
    }
  }
}
