/// A problem that keeps a network from learning, and its remedy.
///
/// `Docs/Training.md` has the rule for each kind.
public struct Diagnosis: Sendable, Equatable, CustomStringConvertible {
  /// The kind of problem.
  public enum Kind: String, Sendable, Equatable, Codable, CaseIterable {
    /// All class scores are the same and no gradient is left: the last ReLUs have died.
    case noGradient = "no_gradient"
    /// Nearly all channels of a layer are 0 for every image.
    case deadLayer = "dead_layer"
    /// The scores of some classes are 0 for every image.
    case deadClasses = "dead_classes"
    /// The steps are too small to move the loss.
    case smallSteps = "small_steps"
    /// The loss stays at that of guessing.
    case guessing
    /// No image is classified as some classes.
    case neverPredicted = "never_predicted"
    /// Some classes have no training images.
    case missingClasses = "missing_classes"
  }

  /// The kind of problem.
  public let kind: Kind
  /// The number of steps after which it was detected.
  public let step: Int
  /// The observation, with figures.
  public let finding: String
  /// The change to make.
  public let advice: String

  /// Finding and advice in one line.
  public var description: String { "\(finding); \(advice)" }
}

/// The first few names, and the number of others.
func listed(_ names: [String]) -> String {
  let shown = names.prefix(5).joined(separator: ", ")
  return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
}
