extension Classifier {
  /// Prepares the network of a model in the ONNX format.
  ///
  /// - Parameters:
  ///   - model: The model, with the preparation of its images.
  ///   - backend: The backend to run on.
  ///   - options: Precision, algorithms and the usual batch sizes.
  /// - Throws: The errors of `Network`; ``ONNXInputError`` if the model does not take images of 1 or 3 channels;
  ///   `NetworkError` if it does not end in one number for each class.
  public convenience init(
    _ model: ONNXModel, on backend: any Backend, options: NetworkOptions = NetworkOptions()
  ) throws {
    try model.requireImages()
    let description = model.description
    try self.init(
      model.network(on: backend, options: options), classNames: description.classNames,
      resize: description.resize ?? .pillow)
  }

  /// Opens a model in the ONNX format and prepares its network.
  ///
  /// Images are prepared as the file's metadata says. Files from other programs lack it: images are then scaled to 0…1, or
  /// to 0…255 if the graph begins by scaling bytes; use ``ONNXModel`` to give another normalization.
  ///
  /// - Parameters:
  ///   - path: The model, an `.onnx` file.
  ///   - imageSize: Height and width of images, if they differ from the file's, or if the file leaves them open.
  ///   - backend: The backend to run on.
  ///   - options: Precision, algorithms and the usual batch sizes.
  /// - Throws: The errors of ``ONNXModel/init(path:imageSize:defaultSize:)`` and of ``init(_:on:options:)-(ONNXModel,_,_)``.
  public convenience init(
    onnx path: String, imageSize: PixelSize? = nil, on backend: any Backend,
    options: NetworkOptions = NetworkOptions()
  ) throws {
    try self.init(ONNXModel(path: path, imageSize: imageSize), on: backend, options: options)
  }
}
