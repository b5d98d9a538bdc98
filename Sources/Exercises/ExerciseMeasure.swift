import Reporting

/// A measure of each run of an exercise.
package enum ExerciseMeasure: String, CaseIterable, Codable, Sendable {
  /// The share of test images that are classified correctly after the last epoch.
  case accuracy
  /// The mean loss over the test images after the last epoch.
  case loss
  /// The accuracy with each test image shifted at random by up to an eighth of its side.
  case shiftedAccuracy = "shifted_accuracy"
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
    case .shiftedAccuracy: "accuracy on shifted images"
    case .deadChannels: "dead channels of the last block"
    case .deadClasses: "dead classes"
    case .firstGradient: "gradient at the first layer"
    }
  }

  /// Whether it is a share, which is shown in percent.
  package var isShare: Bool {
    switch self {
    case .accuracy, .shiftedAccuracy, .deadChannels, .deadClasses: true
    case .loss, .firstGradient: false
    }
  }

  /// A value for display.
  package func text(_ value: Double) -> String {
    isShare ? "\(decimal(100 * value, places: 1)) %" : significant(value)
  }

  /// A difference for display, with its sign.
  package func differenceText(_ difference: Double, withUnit: Bool = true) -> String {
    let sign = difference > 0 ? "+" : ""
    guard isShare else { return sign + significant(difference) }
    return sign + decimal(100 * difference, places: 1) + (withUnit ? " points" : "")
  }
}
