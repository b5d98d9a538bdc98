/// The time that a variant takes.
package struct VariantCost: Codable, Equatable, Sendable {
  /// The variant's identifier.
  package let variant: String
  /// Seconds of training per image, loading included.
  package let trainingImage: Double
  /// Seconds of testing per image, loading included.
  package let testImage: Double
  /// Seconds before the first step.
  package let start: Double

  /// Creates a cost from known numbers.
  ///
  /// - Parameters:
  ///   - variant: The variant's identifier.
  ///   - trainingImage: Seconds of training per image.
  ///   - testImage: Seconds of testing per image.
  ///   - start: Seconds before the first step.
  package init(variant: String, trainingImage: Double, testImage: Double, start: Double) {
    self.variant = variant
    self.trainingImage = trainingImage
    self.testImage = testImage
    self.start = start
  }
}
