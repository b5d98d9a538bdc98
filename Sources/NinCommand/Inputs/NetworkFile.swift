import NetworkInNetwork

/// The opened file of a trained network: a checkpoint, or a model in the ONNX format.
struct NetworkFile {
  private enum Contents {
    case checkpoint(Checkpoint)
    case model(ImportedNetwork)
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
  ///   - alternative: What works for models that do not take images, for errors.
  /// - Throws: The errors of the file; an error that names `--image-size` if the model leaves it open, or another
  ///   option that does not fit the network.
  init(model path: String, imageSize: Int?, given: GivenPreparation?, alternative: String) throws {
    let file = try ONNXFile(path: path)
    let input = try file.inputShape(
      imageSize: imageSize, usualSize: given == nil ? Self.usualSize : nil, alternative: alternative)
    let imported = try file.network(input: input)
    contents = .model(imported)
    guard let given else {
      description = CheckpointDescription(
        model: imported.model, image: imported.image, classNames: [], normalization: .none)
      return
    }
    guard imported.image.rank == 3, [1, 3].contains(imported.image[0]) else {
      throw FileError(
        path: path,
        problem: .unsupported(reason: "takes \(input), not images of 1 or 3 channels\(alternative)"))
    }
    if file.preparation == nil, !given.normalizes {
      Log.notice(
        "\(path) does not describe the preparation of images; they are scaled to 0…\(imported.takesBytes ? 255 : 1); "
          + "change that with --mean and --deviation")
    }
    description = try given.completing(Self.description(of: imported, file.preparation))
  }

  /// Height and width of images where they do not matter.
  private static let usualSize = 224

  private static func description(of imported: ImportedNetwork, _ known: ImagePreparation?)
    -> CheckpointDescription
  {
    let bytes = Normalization(mean: [0], deviation: [1.0 / 255])
    let unknown = imported.takesBytes ? bytes : Normalization.none
    return CheckpointDescription(
      model: imported.model, image: imported.image, classNames: known?.classNames ?? [],
      normalization: known.map { Normalization(mean: $0.mean, deviation: $0.deviation) } ?? unknown,
      resize: known?.resize.flatMap(ResizeMethod.init))
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
    case .model(let imported):
      guard let values = imported.parameters[name] else {
        throw NetworkError.unknownName(
          name, available: imported.parameters.keys.sorted(), reason: "\(name) has no values")
      }
      return values.map { Double($0) }
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
    case .model(let imported):
      let network = try imported.network(
        on: backend,
        options: NetworkOptions(
          batchSizes: [1], precision: compute.precision ?? .float32, microBatch: compute.microBatch,
          convolutions: compute.convolutions ?? .automatic, imageCount: imageCount,
          keepsActivations: keepsActivations),
        normalization: description.normalization)
      network.announceMissing(compute.convolutions)
      return network
    }
  }
}
