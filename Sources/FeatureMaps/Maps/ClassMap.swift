/// Where in an image a network sees a class.
public struct ClassMap: Equatable, Sendable {
  /// Which class.
  public let classIndex: Int
  /// The class's confidence map, whose mean is the class's score but for rounding.
  public let map: Plane
  /// The class's score: the network's output before any softmax.
  public let score: Double
  /// The class's probability: the softmax of all scores.
  public let probability: Double
}
