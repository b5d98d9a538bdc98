import NetworkInNetwork

extension Checkpoint {
  /// Opens a checkpoint for images of a size that an option gives.
  ///
  /// - Parameters:
  ///   - path: The checkpoint.
  ///   - imageSize: The value of `--image-size`, if given.
  ///   - given: The given preparation of images; nil if no images are prepared.
  /// - Returns: The checkpoint, with the given values in its description.
  /// - Throws: The errors of the file; an error that names the option if the network does not accept such images, or
  ///   the given values do not fit it.
  static func open(_ path: String, imageSize: Int?, given: GivenPreparation? = GivenPreparation()) throws
    -> Checkpoint
  {
    do {
      var checkpoint = try Checkpoint(path: path, imageSize: imageSize.map(PixelSize.init(square:)))
      checkpoint.announceWrapper(path)
      guard let given else { return checkpoint }
      let completed = try given.completing(checkpoint.description)
      checkpoint.announcePreparation(path, given, isSizeGiven: imageSize != nil)
      if given.normalizes { checkpoint.describe(normalization: completed.normalization) }
      if let names = given.classNames { checkpoint.describe(classNames: names) }
      return checkpoint
    } catch let error as LayerError {
      let description = try Checkpoint(path: path).description
      let hint = withSmallestImage(
        error, model: description.model, name: "this network", channels: description.image[0],
        imageSize: imageSize ?? 0)
      throw NetworkError.unsuitableInput(reason: "--image-size: \(hint)")
    }
  }

  /// Opens a checkpoint for an array of images.
  ///
  /// - Parameters:
  ///   - path: The checkpoint.
  ///   - images: The array's shape, N×C×H×W.
  ///   - input: The array's file.
  /// - Returns: The checkpoint.
  /// - Throws: The errors of the checkpoint; an error that names the array if the network does not accept it.
  static func open(_ path: String, for images: Shape, from input: String) throws -> Checkpoint {
    try requireImages(images, from: input)
    let checkpoint: Checkpoint
    do {
      checkpoint = try Checkpoint(
        path: path, imageSize: PixelSize(height: images[2], width: images[3]))
    } catch let error as LayerError {
      let description = try Checkpoint(path: path).description
      try requireChannels(description.image[0], of: images, from: input)
      let hint = withSmallestImage(
        error, model: description.model, name: "this network", channels: images[1],
        imageSize: min(images[2], images[3]))
      throw NetworkError.unsuitableInput(reason: "\(input) has images that are too small: \(hint)")
    }
    try requireChannels(checkpoint.description.image[0], of: images, from: input)
    checkpoint.announceWrapper(path)
    return checkpoint
  }

  /// Notifies the user of a wrapper's prefix in the names of tensors.
  private func announceWrapper(_ path: String) {
    guard !wrapperPrefix.isEmpty else { return }
    Log.notice("the names of the tensors in \(path) begin with \(wrapperPrefix), which is ignored")
  }

  /// Notifies the user of an unknown preparation of images, and of options that override the file's.
  private func announcePreparation(_ path: String, _ given: GivenPreparation, isSizeGiven: Bool) {
    guard !knowsPreparation else {
      let (mean, deviation) = (description.normalization.mean, description.normalization.deviation)
      guard given.mean ?? mean != mean || given.deviation ?? deviation != deviation else { return }
      return Log.notice(
        "\(path) was trained with the mean \(mean) and the deviation \(deviation); --mean and --deviation replace them"
      )
    }
    let size = description.image.extents.suffix(2).map(String.init).joined(separator: "×")
    let unknown = [
      (isSizeGiven, "resized to \(size)", "--image-size"),
      (given.normalizes, "scaled to 0…1 without normalization", "--mean and --deviation"),
    ].filter { !$0.0 }
    guard !unknown.isEmpty else { return }
    Log.notice(
      "\(path) does not describe the preparation of its images: they are \(unknown.map(\.1).joined(separator: ", and ")); if "
        + "it was trained differently, results will be wrong. Give \(unknown.map(\.2).joined(separator: ", ")), or save it "
        + "with its metadata, as in the README\(given.classesHint)")
  }
}

/// Requires an array to be a batch of images.
///
/// - Throws: `NetworkError` that names the array.
func requireImages(_ shape: Shape, from input: String) throws {
  guard shape.rank == 4, shape.extents.allSatisfy({ $0 > 0 }) else {
    throw NetworkError.unsuitableInput(reason: "\(input) has the shape \(shape); expected images, N×C×H×W")
  }
}

/// Requires images to have the network's number of channels.
///
/// - Throws: `NetworkError` that names the array, with a hint if it looks channels-last.
func requireChannels(_ channels: Int, of images: Shape, from input: String) throws {
  guard images[1] != channels else { return }
  guard images[3] != channels else {
    throw NetworkError.unsuitableInput(
      reason: "\(input) has the shape \(images), which looks channels-last (N×H×W×C); expected N×C×H×W: "
        + "in numpy, x.transpose(0, 3, 1, 2)")
  }
  throw NetworkError.unsuitableInput(
    reason: "\(input) has \(counted(images[1], "channel")), but the network takes \(channels)")
}

extension Checkpoint {
  /// Makes the checkpoint's network for prediction.
  ///
  /// - Parameters:
  ///   - backend: The backend to run on.
  ///   - compute: Precision, micro-batch and algorithms.
  ///   - batchSizes: The batch sizes that will be run.
  ///   - imageCount: The number of images to predict.
  ///   - image: The shape of an image, if it differs from the checkpoint's.
  ///   - keepsActivations: Whether every layer's output can be read.
  /// - Returns: The network with the checkpoint's parameters.
  /// - Throws: The errors of `Network`, and of the file.
  func makeNetwork(
    on backend: any Backend, _ compute: ComputeOptions, batchSizes: [Int], imageCount: Int,
    image: Shape? = nil, keepsActivations: Bool = false
  ) throws -> Network {
    let network = try Network(
      description.model, image: image ?? description.image, backend: backend,
      options: NetworkOptions(
        batchSizes: batchSizes, precision: compute.precision ?? .float32, microBatch: compute.microBatch,
        convolutions: compute.convolutions ?? .automatic, imageCount: imageCount,
        keepsActivations: keepsActivations),
      normalization: description.normalization)
    try load(into: network)
    network.announceMissing(compute.convolutions)
    return network
  }
}
