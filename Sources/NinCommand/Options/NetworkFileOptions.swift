import ArgumentParser
import NetworkInNetwork

/// The file of a trained network: a checkpoint, or a model in the ONNX format.
struct NetworkFileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The trained network, a .safetensors file.", valueName: "file"), completion: .tensors)
  var checkpoint: String?

  @Option(
    help: ArgumentHelp("A network in the ONNX format, instead of --checkpoint.", valueName: "file.onnx"),
    completion: .file(extensions: ["onnx"]))
  var model: String?

  func validate() throws {
    guard (checkpoint == nil) != (model == nil) else {
      throw ValidationError("give the network as --checkpoint, or as --model (ONNX)")
    }
    try requireFiles([("--checkpoint", checkpoint), ("--model", model)])
  }

  /// The path that is given.
  var paths: [String] { [checkpoint, model].compactMap(\.self) }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - given: The given preparation of images; nil if no images are prepared.
  ///   - alternative: The remedy for models that do not take images, for errors.
  /// - Returns: The file.
  /// - Throws: The errors of the file; an error that names an option that does not fit the network.
  func open(imageSize: Int?, given: GivenPreparation?, alternative: String = "") throws -> NetworkFile {
    if let model {
      return try NetworkFile(model: model, imageSize: imageSize, given: given, alternative: alternative)
    }
    return try NetworkFile(checkpoint: checkpoint ?? "", imageSize: imageSize, given: given)
  }
}
