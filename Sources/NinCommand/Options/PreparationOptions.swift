import ArgumentParser
import NetworkInNetwork

/// The preparation of images and the names of classes, for networks whose file does not state them.
struct PreparationOptions: ParsableArguments {
  @OptionGroup var normalization: NormalizationOptions

  @Option(
    help: ArgumentHelp(
      """
      The names of the network's classes, in the order of its outputs: separated by commas, or a file with one name per \
      line. (default: the network file's)
      """,
      valueName: "names|file"))
  var classes: String?

  /// The given values.
  ///
  /// - Throws: `ValidationError` if the normalization is not numbers or a name is empty; the errors of the file of
  ///   names.
  func given() throws -> GivenPreparation {
    var given = try normalization.given
    given.classNames = try classes.map(Self.names)
    given.takesClassNames = true
    return given
  }

  /// Rejects the options if no image is prepared.
  ///
  /// - Throws: `ValidationError` that names the first one given.
  func requireNone(with option: String) throws {
    let options = [
      ("--mean", normalization.mean), ("--deviation", normalization.deviation), ("--classes", classes),
    ]
    guard let name = options.first(where: { $0.1 != nil })?.0 else { return }
    throw ValidationError("\(option) takes prepared arrays and writes numbers: omit \(name)")
  }

  private static func names(_ argument: String) throws -> [String] {
    if !argument.contains(",") || TextLines.isFile(argument) { return try TextLines.read(argument) }
    let names = argument.split(separator: ",", omittingEmptySubsequences: false).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard !names.contains("") else {
      throw ValidationError("--classes is \(argument.quoted); names must not be empty")
    }
    return names
  }
}
