/// How long a variant takes.
public struct VariantCost: Codable, Equatable, Sendable {
  /// The variant's identifier.
  public let variant: String
  /// Seconds of training for an image, loading included.
  public let trainingImage: Double
  /// Seconds of a test for an image, likewise.
  public let testImage: Double
  /// Seconds before the first step.
  public let start: Double

  /// Makes a cost from known numbers.
  ///
  /// - Parameters:
  ///   - variant: The variant's identifier.
  ///   - trainingImage: Seconds of training for an image.
  ///   - testImage: Seconds of a test for an image.
  ///   - start: Seconds before the first step.
  public init(variant: String, trainingImage: Double, testImage: Double, start: Double) {
    self.variant = variant
    self.trainingImage = trainingImage
    self.testImage = testImage
    self.start = start
  }
}
