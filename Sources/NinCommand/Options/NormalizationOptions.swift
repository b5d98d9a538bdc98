import ArgumentParser
import NetworkInNetwork

/// How pixels become the numbers that a network takes, where its file does not say it.
struct NormalizationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      What is subtracted from pixels, which are numbers from 0 to 1: one number, or one a channel with commas between. \
      (default: as the network's file says, or 0)
      """,
      valueName: "mean"))
  var mean: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What they are then divided by, likewise. (default: as the network's file says, or 1)",
      valueName: "deviation"))
  var deviation: String?

  func validate() throws {
    _ = try given
    // The numbers become float32, and dividing by what is next to nothing there would overflow.
    guard try given.deviation?.allSatisfy({ Float($0) >= .leastNormalMagnitude }) ?? true else {
      throw ValidationError("--deviation is \(deviation ?? ""); each number must be more than 0")
    }
  }

  /// Whether any of it was given.
  var isGiven: Bool { mean != nil || deviation != nil }

  /// What was given.
  ///
  /// - Throws: `ValidationError` if it is not numbers.
  var given: GivenPreparation {
    get throws {
      GivenPreparation(
        mean: try mean.map { try Self.numbers("--mean", $0) },
        deviation: try deviation.map { try Self.numbers("--deviation", $0) })
    }
  }

  private static func numbers(_ option: String, _ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Double(part.filter { $0 != " " }), Float(number).isFinite else {
        throw ValidationError(
          "\(option) is '\(text)'; numbers with commas between are needed: 0.5 or 0.49,0.48,0.45")
      }
      return number
    }
  }
}
