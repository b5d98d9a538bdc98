#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The outcome of a completed run of an exercise: `result.json` in its folder.
public struct RunOutcome: Codable, Equatable, Sendable {
  /// The variant's identifier.
  public let variant: String
  /// The seed.
  public let seed: Int
  /// The number of parameters.
  public let parameters: Int
  /// Multiply-accumulates of an image's forward pass.
  public let multiplyAccumulates: Int
  /// The test accuracy after each epoch.
  public let accuracies: [Double]
  /// The measures by their names.
  public let values: [String: Double]
  /// The duration in seconds.
  public let seconds: Double
  /// Training images per second.
  public let imagesPerSecond: Double

  private enum CodingKeys: String, CodingKey {
    case variant, seed, parameters, accuracies, values, seconds
    case multiplyAccumulates = "multiply_accumulates"
    case imagesPerSecond = "images_per_second"
  }

  /// Makes an outcome.
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
  public init(
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
  public subscript(_ measure: ExerciseMeasure) -> Double? { values[measure.rawValue] }
}
