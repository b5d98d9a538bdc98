extension ONNXFile {
  /// Writes the network of a checkpoint, with its preparation of images and its class names in the metadata.
  ///
  /// The preparation of a plain state dict is unknown, and none is written, since programs that read the ONNX file would
  /// take a guess for a fact: state it first, with `Checkpoint.describe`.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint.
  ///   - path: The file; an existing one is replaced.
  ///   - progress: Called with the name of each parameter before it is read.
  /// - Throws: `FileError` if a layer cannot be expressed in ONNX, or the file would exceed 2 GiB or cannot be written; the
  ///   errors of the checkpoint's file.
  public static func write(
    _ checkpoint: Checkpoint, to path: String, progress: (_ parameter: String) -> Void = { _ in }
  ) throws {
    let description = checkpoint.description
    try write(
      description.model, image: description.image, to: path,
      preparation: checkpoint.knowsPreparation ? ImagePreparation(description) : nil
    ) { name in
      progress(name)
      return try checkpoint.parameter(name)
    }
  }
}
