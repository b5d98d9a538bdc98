import ArgumentParser
import NetworkInNetwork

/// The normalization of pixels, for networks whose file does not state it.
struct NormalizationOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The mean to subtract from pixels, which are from 0 to 1: one number, or one per channel separated by commas. \
      (default: the network file's, or 0)
      """,
      valueName: "mean"))
  var mean: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The standard deviation to divide by, likewise. (default: the network file's, or 1)",
      valueName: "deviation"))
  var deviation: String?

  func validate() throws {
    _ = try given
    // The numbers become float32, and dividing by a tiny number would overflow.
    guard try given.deviation?.allSatisfy({ Float($0) >= .leastNormalMagnitude }) ?? true else {
      throw ValidationError("--deviation is \(deviation ?? ""); each number must be more than 0")
    }
  }

  /// Whether either is given.
  var isGiven: Bool { mean != nil || deviation != nil }

  /// The given values.
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
          "\(option) is \(text.quoted); expected numbers separated by commas: 0.5 or 0.49,0.48,0.45")
      }
      return number
    }
  }
}
