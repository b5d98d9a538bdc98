/// A model in the ONNX format with the preparation of its images, like a `Checkpoint` for a `.safetensors` file.
///
/// The preparation is read from the file's metadata, which `nin export` and `ONNXFile.write(checkpoint, to:)` write. Files
/// from other programs lack it; give the preparation with ``describe(normalization:classNames:resize:)``.
///
/// ```swift
/// var model = try ONNXModel(path: "theirs.onnx")
/// model.describe(normalization: Normalization(mean: [0.286], deviation: [0.353]), classNames: FashionMNIST.classNames)
/// let classifier = try Classifier(model, on: DNNL())
/// ```
public struct ONNXModel: Sendable {
  /// The layers and the values of their parameters.
  public let imported: ImportedNetwork
  /// The description of the network.
  public private(set) var description: CheckpointDescription
  /// Whether the preparation of images is known, from the file or from ``describe(normalization:classNames:resize:)``;
  /// otherwise they are scaled to 0…1, or to 0…255 if the graph begins by scaling bytes.
  public private(set) var knowsPreparation: Bool
  private let path: String
  /// The shape of the file's own input.
  private let input: Shape

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - imageSize: Height and width of images, if they differ from the file's.
  ///   - defaultSize: Height and width if neither `imageSize` nor the file states them; nil to require them.
  /// - Throws: ``ONNXInputError`` if the file does not state the shape of its input; `FileError` if it cannot be read, or
  ///   has an operator that cannot be expressed, or metadata that does not fit the network.
  public init(path: String, imageSize: PixelSize? = nil, defaultSize: PixelSize? = nil) throws {
    let file = try ONNXFile(path: path)
    let input = try file.inputShape(imageSize: imageSize, defaultSize: defaultSize)
    let imported = try file.network(input: input)
    let known = file.preparation
    if let problem = try known?.problem(for: imported, isSizeGiven: imageSize != nil) {
      throw FileError(path: path, problem: .unsupported(reason: problem))
    }
    self.path = path
    self.input = input
    self.imported = imported
    knowsPreparation = known != nil
    description = CheckpointDescription(
      model: imported.model, image: imported.image, classNames: known?.classNames ?? [],
      normalization: known?.normalization ?? imported.defaultNormalization, resize: known?.resizeMethod)
  }

  /// Replaces the file's preparation of images and class names.
  ///
  /// - Parameters:
  ///   - normalization: The normalization of bytes.
  ///   - classNames: The classes' names, empty if unknown; nil to keep the file's.
  ///   - resize: The resizing method; nil to keep the file's.
  public mutating func describe(
    normalization: Normalization, classNames: [String]? = nil, resize: ResizeMethod? = nil
  ) {
    description.normalization = normalization
    description.classNames = classNames ?? description.classNames
    description.resize = resize ?? description.resize
    knowsPreparation = true
  }

  /// Replaces the file's class names.
  ///
  /// - Parameter classNames: The classes' names; empty if unknown.
  public mutating func describe(classNames: [String]) {
    description.classNames = classNames
  }

  /// Requires the model to take images of 1 or 3 channels, which image files can be decoded to.
  ///
  /// - Throws: ``ONNXInputError`` otherwise.
  public func requireImages() throws {
    let image = description.image
    guard image.rank == 3, [1, 3].contains(image[0]) else {
      throw ONNXInputError.notImages(path: path, shape: input)
    }
  }

  /// The values of a parameter.
  ///
  /// - Parameter name: The parameter's name in the model: `net.0.weight`.
  /// - Returns: The values.
  /// - Throws: `NetworkError` if the model does not have it.
  public func parameter(_ name: String) throws -> Tensor<Float> {
    guard let values = imported.parameters[name] else {
      throw NetworkError.unknownName(
        name, available: imported.parameters.keys.sorted(), reason: "\(name) has no values")
    }
    return values
  }

  /// Prepares the network on a backend, with the file's parameters and state.
  ///
  /// - Parameters:
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes and precision.
  /// - Returns: The network. Its output is that of the last layer: logits of N×classes, for a classifier.
  /// - Throws: The errors of `Network`.
  public func network(
    on backend: any Backend, options: NetworkOptions = NetworkOptions()
  ) throws -> Network {
    try imported.network(on: backend, options: options, normalization: description.normalization)
  }
}
