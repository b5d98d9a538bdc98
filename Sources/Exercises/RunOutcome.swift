#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The outcome of a completed run of an exercise: `result.json` in its folder.
package struct RunOutcome: Codable, Equatable, Sendable {
  /// The variant's identifier.
  package let variant: String
  /// The seed.
  package let seed: Int
  /// The number of parameters.
  package let parameters: Int
  /// Multiply-accumulates of an image's forward pass.
  package let multiplyAccumulates: Int
  /// The test accuracy after each epoch.
  package let accuracies: [Double]
  /// The measures by their names.
  package let values: [String: Double]
  /// The duration in seconds.
  package let seconds: Double
  /// Training images per second.
  package let imagesPerSecond: Double

  private enum CodingKeys: String, CodingKey {
    case variant, seed, parameters, accuracies, values, seconds
    case multiplyAccumulates = "multiply_accumulates"
    case imagesPerSecond = "images_per_second"
  }

  /// Creates an outcome.
  ///
  /// - Parameters:
  ///   - variant: The variant's identifier.
  ///   - seed: The seed.
  ///   - parameters: The number of parameters.
  ///   - multiplyAccumulates: Multiply-accumulates of an image's forward pass.
  ///   - accuracies: The test accuracy after each epoch.
  ///   - values: The measures by their names.
  ///   - seconds: The duration in seconds.
  ///   - imagesPerSecond: Training images per second.
  package init(
    variant: String, seed: Int, parameters: Int, multiplyAccumulates: Int, accuracies: [Double],
    values: [String: Double], seconds: Double, imagesPerSecond: Double
  ) {
    self.variant = variant
    self.seed = seed
    self.parameters = parameters
    self.multiplyAccumulates = multiplyAccumulates
    self.accuracies = accuracies
    self.values = values
    self.seconds = seconds
    self.imagesPerSecond = imagesPerSecond
  }

  /// The value of a measure; nil if it was not measured.
  package subscript(_ measure: ExerciseMeasure) -> Double? {
    guard measure == .lostByShifts else { return values[measure.rawValue] }
    guard let accuracy = self[.accuracy], let shifted = self[.shiftedAccuracy] else { return nil }
    return accuracy - shifted
  }
}
