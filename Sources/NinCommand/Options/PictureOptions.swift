import ArgumentParser
import FeatureMaps
import NetworkInNetwork

/// The network and the output file of a picture.
struct PictureOptions: ParsableArguments {
  @OptionGroup var network: NetworkFileOptions

  @Option(
    help: ArgumentHelp(
      "The file to write: .svg with labels, or .png with the picture alone.", valueName: "file.svg|file.png"))
  var output: String

  func validate() throws {
    try requireOutput(output, differsFrom: network.paths)
    do {
      _ = try PictureFile(path: output)
    } catch let error as FileError {
      throw ValidationError("--output \(error)")
    }
  }

  /// Writes a picture.
  ///
  /// - Parameter sheet: The picture.
  /// - Throws: `FileError` if it cannot be written.
  func write(_ sheet: PictureSheet) throws {
    try PictureFile(path: output).write(sheet)
  }
}
