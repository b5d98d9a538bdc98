import Exercises

/// A time limit in seconds (`90s`), minutes (`5m`) or hours (`2h`).
struct ExerciseBudget: Equatable {
  /// The time in seconds.
  let seconds: Double

  private static let units: [(suffix: String, seconds: Double)] = [("s", 1), ("m", 60), ("h", 3600)]

  /// Parses a time; nil unless it is above 0 and at most 1,000 hours.
  init?(_ text: String) {
    guard let unit = Self.units.first(where: { text.hasSuffix($0.suffix) }),
      let number = Double(text.dropLast()), number > 0, number * unit.seconds <= ExercisePlan.maximumBudget
    else { return nil }
    seconds = number * unit.seconds
  }
}
