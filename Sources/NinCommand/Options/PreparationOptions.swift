import ArgumentParser
import NetworkInNetwork

/// How images are prepared and what the classes are called, where a network's file does not say it.
struct PreparationOptions: ParsableArguments {
  @OptionGroup var normalization: NormalizationOptions

  @Option(
    help: ArgumentHelp(
      """
      What the network's classes are called, in the order of its outputs: names with commas between, or a file with a name \
      on each line. (default: as the network's file says)
      """,
      valueName: "names|file"))
  var classes: String?

  /// What was given.
  ///
  /// - Throws: `ValidationError` if the normalization is not numbers or a name is empty; the errors of the file of names.
  func given() throws -> GivenPreparation {
    var given = try normalization.given
    given.classNames = try classes.map(Self.names)
    return given
  }

  /// Refuses the options where no image is prepared.
  ///
  /// - Throws: `ValidationError` that names the first that is given.
  func requireNone(with option: String) throws {
    let options = [
      ("--mean", normalization.mean), ("--deviation", normalization.deviation), ("--classes", classes),
    ]
    guard let name = options.first(where: { $0.1 != nil })?.0 else { return }
    throw ValidationError("\(option) takes an array as it is and gives numbers: give no \(name)")
  }

  private static func names(_ argument: String) throws -> [String] {
    if !argument.contains(",") || TextLines.isFile(argument) { return try TextLines.read(argument) }
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard !names.contains("") else {
      throw ValidationError("--classes is '\(argument)'; a name in it is empty")
    }
    return names
  }
}
