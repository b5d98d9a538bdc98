extension ONNXFile {
  /// Writes the network of a checkpoint, with its preparation of images and its class names in the metadata.
  ///
  /// A plain state dict has no preparation: state it first, with `Checkpoint.describe`, since programs that read the ONNX
  /// file rely on it.
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
      description.model, image: description.image, to: path, preparation: ImagePreparation(description)
    ) { name in
      progress(name)
      return try checkpoint.parameter(name)
    }
  }
}
