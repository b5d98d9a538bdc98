/// The time that a variant takes.
public struct VariantCost: Codable, Equatable, Sendable {
  /// The variant's identifier.
  public let variant: String
  /// Seconds of training per image, loading included.
  public let trainingImage: Double
  /// Seconds of testing per image, likewise.
  public let testImage: Double
  /// Seconds before the first step.
  public let start: Double

  /// Makes a cost from known numbers.
  ///
  /// - Parameters:
  ///   - variant: The variant's identifier.
  ///   - trainingImage: Seconds of training per image.
  ///   - testImage: Seconds of testing per image.
  ///   - start: Seconds before the first step.
  public init(variant: String, trainingImage: Double, testImage: Double, start: Double) {
    self.variant = variant
    self.trainingImage = trainingImage
    self.testImage = testImage
    self.start = start
  }
}
