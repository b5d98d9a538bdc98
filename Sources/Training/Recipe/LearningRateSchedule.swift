/// How the learning rate changes over a training (the book's section 12.11).
public struct LearningRateSchedule: Sendable, Equatable, Codable {
  /// What follows the warm-up.
  public enum Shape: String, Sendable, Codable {
    /// The peak rate to the end.
    case constant
    /// A straight fall from the peak rate to 0 at the end.
    case linear
  }

  /// The largest rate.
  public var peak: Double
  /// Over how many steps the rate rises in a straight line to the peak.
  public var warmUpSteps: Int
  /// What follows the warm-up.
  public var shape: Shape

  /// Makes a schedule; by default the rate never changes.
  public init(peak: Double, warmUpSteps: Int = 0, shape: Shape = .constant) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.shape = shape
  }

  /// The rate of one step.
  ///
  /// - Parameters:
  ///   - step: How many steps came before.
  ///   - totalSteps: How many steps the whole training has.
  /// - Returns: The rate.
  public func rate(step: Int, of totalSteps: Int) -> Double {
    if step < warmUpSteps { return peak * Double(step + 1) / Double(warmUpSteps + 1) }
    switch shape {
    case .constant:
      return peak
    case .linear:
      let falling = max(totalSteps - warmUpSteps, 1)
      return peak * Double(max(totalSteps - step, 0)) / Double(falling)
    }
  }
}
