import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A measure of each run of an exercise.
package enum ExerciseMeasure: String, CaseIterable, Codable, Sendable {
  /// The share of test images that are classified correctly after the last epoch.
  case accuracy
  /// The mean loss over the test images after the last epoch.
  case loss
  /// The mean loss over the training images of all epochs, each at the time of its step: small if the network learns
  /// fast.
  case trainingLoss = "training_loss"
  /// The accuracy with each test image shifted at random by up to an eighth of its side.
  case shiftedAccuracy = "shifted_accuracy"
  /// The difference of both accuracies.
  case lostByShifts = "accuracy_lost_by_shifts"
  /// The share of the last block's channels that are 0 for all of some training images.
  case deadChannels = "dead_channels"
  /// The share of the classes whose scores are 0 for all of the same images.
  case deadClasses = "dead_classes"
  /// The norm of the gradient of the first convolution's weights, for a batch of training images after the last epoch.
  case firstGradient = "first_gradient"

  /// Its name in tables.
  package var title: String {
    switch self {
    case .accuracy: "test accuracy"
    case .loss: "test loss"
    case .trainingLoss: "training loss over all epochs"
    case .shiftedAccuracy: "accuracy on shifted images"
    case .lostByShifts: "accuracy lost by shifts"
    case .deadChannels: "dead channels of the last block"
    case .deadClasses: "dead classes"
    case .firstGradient: "gradient at the first layer"
    }
  }

  /// Whether it is a share, which is shown in percent.
  package var isShare: Bool {
    switch self {
    case .accuracy, .shiftedAccuracy, .lostByShifts, .deadChannels, .deadClasses: true
    case .loss, .trainingLoss, .firstGradient: false
    }
  }

  /// A value for display.
  package func text(_ value: Double) -> String {
    isShare ? "\(decimal(100 * value, places: 1)) %" : decimal(value, places: Self.places(abs(value)))
  }

  /// A difference with its interval for display: `-1.1 points (-1.9 to -0.3)`.
  package func text(_ comparison: PairedComparison) -> String {
    text(comparison.mean, comparison.lower...comparison.upper)
  }

  /// A difference with its interval for display.
  package func text(_ difference: Double, _ interval: ClosedRange<Double>) -> String {
    let places = isShare ? 1 : Self.places(max(abs(interval.lowerBound), abs(interval.upperBound)))
    func signed(_ number: Double) -> String {
      (number > 0 ? "+" : "") + decimal(isShare ? 100 * number : number, places: places)
    }
    return signed(difference) + (isShare ? " points" : "")
      + " (\(signed(interval.lowerBound)) to \(signed(interval.upperBound)))"
  }

  /// The size of a difference for display.
  package func sizeText(_ difference: Double) -> String {
    isShare ? "\(decimal(100 * difference, places: 1)) points" : significant(difference)
  }

  /// The decimals that give a number three significant digits.
  private static func places(_ number: Double) -> Int {
    guard number > 0, number.isFinite else { return 0 }
    return min(max(2 - Int(log10(number).rounded(.down)), 0), 12)
  }
}
