/// The evidence for a class at each position of an image.
public struct ClassMap: Equatable, Sendable {
  /// The index of the class.
  public let classIndex: Int
  /// The class's confidence map, whose mean is the class's score up to rounding.
  public let map: Plane
  /// The class's score: the network's output before any softmax.
  public let score: Double
  /// The class's probability: the softmax of all scores.
  public let probability: Double
}
