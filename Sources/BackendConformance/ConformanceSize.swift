/// The amount of testing in a run of the suite.
public struct ConformanceSize: Sendable {
  /// The number of shapes generated for each kind of operation.
  public var shapes: Int
  /// The number of times that a kernel is run to check repeatability.
  public var repeats: Int
  /// Multiply-accumulates of the largest network shape that is run.
  public var largestNetworkShape: Int
  /// The number of failing cases after which a check stops.
  public var failures: Int

  /// Creates a size.
  ///
  /// - Parameters:
  ///   - shapes: The number of shapes generated for each kind of operation.
  ///   - repeats: The number of times that a kernel is run to check repeatability.
  ///   - largestNetworkShape: Multiply-accumulates of the largest network shape that is run.
  ///   - failures: The number of failing cases after which a check stops.
  public init(shapes: Int, repeats: Int, largestNetworkShape: Int, failures: Int) {
    self.shapes = shapes
    self.repeats = repeats
    self.largestNetworkShape = largestNetworkShape
    self.failures = failures
  }

  /// Every feature of a shape at least once; takes less than a minute.
  public static let standard = ConformanceSize(
    shapes: ShapeFeature.allCases.count, repeats: 20, largestNetworkShape: 1 << 29, failures: 5)

  /// Thousands of shapes, and the networks' largest.
  public static let thorough = ConformanceSize(
    shapes: 400, repeats: 100, largestNetworkShape: .max, failures: 5)
}
