import NetworkInNetwork

/// The opened file of a trained network: a checkpoint, or a model in the ONNX format.
struct NetworkFile {
  private enum Contents {
    case checkpoint(Checkpoint)
    case model(ONNXModel, path: String)
  }

  private let contents: Contents
  /// The network, and the preparation of its images.
  let description: CheckpointDescription

  /// Opens a checkpoint.
  ///
  /// - Parameters:
  ///   - path: The checkpoint.
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - given: The given preparation of images; nil if no images are prepared.
  /// - Throws: The errors of the file; an error that names an option that does not fit the network.
  init(checkpoint path: String, imageSize: Int?, given: GivenPreparation?) throws {
    let checkpoint = try Checkpoint.open(path, imageSize: imageSize, given: given)
    contents = .checkpoint(checkpoint)
    description = checkpoint.description
  }

  /// Opens a model in the ONNX format.
  ///
  /// - Parameters:
  ///   - path: The model.
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - given: The given preparation of images; nil if no images are prepared.
  ///   - alternative: The remedy for models that do not take images, for errors.
  /// - Throws: The errors of the file; an error that names `--image-size` if the model leaves it open, or another
  ///   option that does not fit the network.
  init(model path: String, imageSize: Int?, given: GivenPreparation?, alternative: String) throws {
    do {
      var model = try ONNXModel(
        path: path, imageSize: imageSize.map(PixelSize.init(square:)),
        defaultSize: given == nil ? Self.defaultSize : nil)
      if let given { try Self.prepare(&model, path, given) }
      contents = .model(model, path: path)
      description = model.description
    } catch let error as ONNXInputError {
      throw error.withOption(alternative: alternative)
    }
  }

  /// Height and width of images if they do not matter.
  private static let defaultSize = PixelSize(square: 224)

  /// Completes the preparation of images, and prints a notice if it is unknown.
  private static func prepare(_ model: inout ONNXModel, _ path: String, _ given: GivenPreparation) throws {
    try model.requireImages()
    if !model.knowsPreparation, !given.normalizes {
      Log.notice(
        "\(path) does not describe the preparation of images; they are scaled to "
          + "0…\(model.imported.takesBytes ? 255 : 1); change that with --mean and --deviation\(given.classesHint)"
      )
    }
    let completed = try given.completing(model.description)
    if given.normalizes { model.describe(normalization: completed.normalization) }
    if let names = given.classNames { model.describe(classNames: names) }
  }

  /// Whether the file takes images of another size, if the layers do: a model in the ONNX format may fix the size.
  func takes(_ size: PixelSize) -> Bool {
    switch contents {
    case .checkpoint: true
    case .model(_, let path): (try? ONNXModel(path: path, imageSize: size)) != nil
    }
  }

  /// The model's layers for one image.
  ///
  /// - Throws: `LayerError` if they do not fit the image.
  func layers() throws -> [ResolvedLayer] {
    try description.model.resolved(for: description.image.batched(1))
  }

  /// The values of a parameter, in float64, which represents them exactly.
  ///
  /// - Parameter name: The parameter's name in the model: `net.0.weight`.
  /// - Returns: The values.
  /// - Throws: The reader's error, or `NetworkError`, if the file does not have them.
  func parameter(_ name: String) throws -> Tensor<Double> {
    switch contents {
    case .checkpoint(let checkpoint):
      return try checkpoint.parameter(name, as: Double.self)
    case .model(let model, _):
      return try model.parameter(name).map { Double($0) }
    }
  }

  /// Makes the network for the prediction of single images.
  ///
  /// - Parameters:
  ///   - backend: The backend to run on.
  ///   - compute: Precision, micro-batch and algorithms.
  ///   - imageCount: The number of images to predict.
  ///   - keepsActivations: Whether every layer's output can be read.
  /// - Returns: The network with the file's parameters.
  /// - Throws: The errors of `Network`, and of the file.
  func makeNetwork(
    on backend: any Backend, _ compute: ComputeOptions, imageCount: Int, keepsActivations: Bool = false
  ) throws -> Network {
    switch contents {
    case .checkpoint(let checkpoint):
      return try checkpoint.makeNetwork(
        on: backend, compute, batchSizes: [1], imageCount: imageCount, keepsActivations: keepsActivations)
    case .model(let model, _):
      let network = try model.network(
        on: backend,
        options: NetworkOptions(
          batchSizes: [1], precision: compute.precision ?? .float32, microBatch: compute.microBatch,
          convolutions: compute.convolutions ?? .automatic, imageCount: imageCount,
          keepsActivations: keepsActivations))
      network.announceMissing(compute.convolutions)
      return network
    }
  }

  /// A network of the file with the names of its classes, for classifying.
  ///
  /// - Throws: `TrainingError` if the network does not end in one number per class.
  func classifier(_ network: Network) throws -> Classifier {
    let output = network.outputShape(1)
    return try Classifier(
      network, classNames: ClassLabels(description, count: output.rank > 1 ? output[1] : 1).names,
      resize: description.resize ?? .pillow)
  }
}
